import type { ExecStep, ProcessAliveStep, ReloadStep, TlsServesStep, Verify, VerifyStep } from '../core/hooks.ts';
import { waitMs } from '../core/kubernetes-shapes.ts';
import { parseAddress } from '../core/network-address.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { list, oneOf, refine, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf, type Located, located, problemAt } from '../core/shape-rules.ts';
import { safePath } from './file-access.ts';
import { type HttpFields, httpVerify, timeout } from './http-step.ts';
import { type KnownFiles, refuseUnknownFile } from './known-files.ts';
import type { Linking } from './link-context.ts';
import { allowedAddress, allowedHost } from './link-hosts.ts';
import { execStep } from './reload-steps.ts';
import { type ProcessFields, processFields, selectorOf } from './signal-step.ts';

export interface VerifyFields {
  readonly timeout: number;
  readonly steps: readonly Located<VerifyStepFields>[];
}

/** Exactly one member. */
export interface VerifyStepFields {
  readonly http?: HttpFields;
  readonly exec?: ExecStep;
  readonly tcp?: { readonly address: Located<string> };
  readonly tlsServes?: TlsFields;
  readonly ackFile?: object;
  readonly processAlive?: ProcessAliveFields;
}

interface TlsFields extends Pick<TlsServesStep, 'serverName' | 'startTls'> {
  readonly address: Located<string>;
  readonly certificate: Located<string>;
}

interface ProcessAliveFields {
  readonly for: number;
  readonly process?: ProcessFields;
  readonly expect: ProcessAliveStep['expect'];
}

const networkAddress = refine(string({ description: 'host:port' }), (text) =>
  parseAddress(text) ? { value: text } : { wrong: 'an address such as 127.0.0.1:8443 or [::1]:8443 is wanted' },
);

const address = refine(string({ description: 'host:port, or the path of a unix socket.' }), (text) =>
  text.startsWith('/') || /^\{(dir|feedback)\}\//.test(text) || parseAddress(text)
    ? { value: text }
    : { wrong: 'an address such as 127.0.0.1:5432 or [::1]:5432, or the path of a unix socket is wanted' },
);

const tlsServes: Shape<TlsFields> = object({
  address: required(located(networkAddress)),
  certificate: required(located(safePath)),
  serverName: optional(string({ minLength: 1, description: 'What to ask for (SNI), where it is not the host of the address.' })),
  startTls: optional(oneOf('postgres', 'smtp')),
});

const processAlive: Shape<ProcessAliveFields> = object({
  for: withDefault(waitMs, 3_000, '3s'),
  process: optional(processFields),
  expect: withDefault(oneOf('same', 'restarted'), 'same'),
});

const step: Shape<VerifyStepFields> = exactlyOneOf(
  object({
    http: optional(httpVerify),
    exec: optional(execStep),
    tcp: optional(object({ address: required(located(address)) })),
    tlsServes: optional(tlsServes),
    ackFile: optional(object({})),
    processAlive: optional(processAlive),
  }),
  ['http', 'exec', 'tcp', 'tlsServes', 'ackFile', 'processAlive'],
);

export const verifyFields: Shape<VerifyFields> = object({
  timeout: withDefault(timeout, 20_000, '20s'),
  steps: required(list(located(step), { min: 1 })),
});

/** Reports what the rest of the spec, or the operator, has against a step. */
export function linkVerify(
  { timeout: timeoutMs, steps }: VerifyFields,
  reload: readonly ReloadStep[],
  files: KnownFiles,
  linking: Linking,
): Verify {
  const linked = steps.flatMap(({ value, ...at }): readonly VerifyStep[] => {
    const { http, exec, tcp, tlsServes: tls, ackFile, processAlive: alive } = value;
    return [
      ...(http ? [allowedHost(http, linking)] : []),
      ...(exec ? [exec] : []),
      ...(tcp ? [{ kind: 'tcp', address: allowedAddress(tcp.address, linking) } as const] : []),
      ...(tls ? [tlsStep(tls, files, linking)] : []),
      ...(ackFile ? [{ kind: 'ackFile' } as const] : []),
      ...(alive ? [aliveStep(alive, { ...at, value: timeoutMs }, reload, linking)] : []),
    ];
  });
  return { timeoutMs, steps: linked };
}

function tlsStep({ address: at, certificate, ...rest }: TlsFields, files: KnownFiles, linking: Linking): TlsServesStep {
  refuseUnknownFile(certificate, files, linking);
  return { kind: 'tlsServes', address: allowedAddress(at, linking), certificate: certificate.value, ...rest };
}

function aliveStep(
  { for: forMs, process: chosen, expect }: ProcessAliveFields,
  at: Located<number>,
  reload: readonly ReloadStep[],
  { regexp, report }: Linking,
): ProcessAliveStep {
  if (forMs >= at.value) report(problemAt(at, 'error', 'processAlive.for must be shorter than the timeout of verify'));
  const [signalled, ...others] = reload.filter((each) => each.kind === 'signal');
  if (chosen) return { kind: 'processAlive', forMs, expect, process: selectorOf(chosen, regexp) };
  if (!signalled) report(problemAt(at, 'error', 'processAlive needs a process: no signal in reload names one'));
  else if (others.length > 0) report(problemAt(at, 'error', 'processAlive needs a process: several signals in reload name one'));
  return { kind: 'processAlive', forMs, expect, ...(signalled ? { process: signalled.process } : {}) };
}

/** Every regular expression of a proof. */
export function regexpsOfVerify({ steps }: VerifyFields): readonly Located<string>[] {
  return steps.flatMap(({ value }) => value.processAlive?.process?.commandMatches ?? []);
}
