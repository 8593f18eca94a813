import type { HttpStep } from '../core/hooks.ts';
import { isLoopbackHost, parseAddress, unbracketed } from '../core/network-address.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { LinkBase } from './link-context.ts';

/**
 * Hooks reach the pod itself, and what the operator names: a manifest must not make the agent send requests to anybody else. Names are
 * compared, not looked up. Reports what is refused.
 */
export function allowedHost(at: Located<HttpStep>, linking: LinkBase): HttpStep {
  const step = at.value;
  if (step.socket !== undefined) return step;
  const host = unbracketed(new URL(step.url).hostname);
  refuseForeign(host, at, linking);
  if (step.tls.skipVerify && !isLoopbackHost(host))
    linking.report(problemAt(at, 'error', `tls.skipVerify is for loopback and sockets only, not for "${host}"`));
  return step;
}

/** Also for what only connects. */
export function allowedAddress(at: Located<string>, linking: LinkBase): string {
  const address = parseAddress(at.value);
  if (address) refuseForeign(address.host, at, linking);
  return at.value;
}

function refuseForeign(host: string, at: Located<unknown>, { options, report }: LinkBase): void {
  const allowed = (options.hookHosts ?? []).map((each) => unbracketed(each.toLowerCase()));
  if (isLoopbackHost(host) || allowed.includes(host)) return;
  const others = allowed.length > 0 ? `, and what --hook-hosts allows: ${allowed.join(', ')}` : ', and what --hook-hosts allows';
  report(problemAt(at, 'error', `no hook may call "${host}"; allowed: localhost, 127.0.0.0/8, ::1${others}`));
}
