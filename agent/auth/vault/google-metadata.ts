import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { exchange } from '../aws/exchange-http.ts';
import { networkFailure, serverWords, unavailable } from '../aws/identity-error.ts';

const server = "Google's metadata server";

/**
 * What the metadata server says of the pod's service account (the machine's, outside of GKE's workload identity), below
 * `instance/service-accounts/default/`. What isn't of this form is no answer. Throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE.
 */
export async function askMetadata(path: string, form: RegExp, { env }: Pick<Effects, 'env'>): Promise<string> {
  const host = env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = URL.parse(`http://${host}/computeMetadata/v1/instance/service-accounts/default/${path}`);
  if (!url) throw unavailable(server, 'GCE_METADATA_HOST', 'has no usable address');
  const { status, text } = await exchange({
    ...{ method: 'GET', url, connectMs: 1_000, wholeMs: 5_000, route: { kind: 'direct' } },
    headers: { 'metadata-flavor': 'Google', 'user-agent': 'keytide' },
  }).catch((error: unknown) => {
    throw networkFailure(server, url.host, error);
  });
  const said = text.trim();
  if (status === 200 && form.test(said)) return said;
  const [what = ''] = path.split('?');
  if (status === 200 || status >= 500 || status === 429)
    throw unavailable(server, url.host, `answered ${status} without a usable ${what}`);
  throw new AgentError('IDENTITY_REFUSED', `${server} at ${url.host} gives no ${what} (${status}: ${serverWords(text, [])})`, {
    hint: 'Give the pod a workload identity (GKE), or the machine a service account; or name a key in auth.gcp.secretRef.',
  });
}
