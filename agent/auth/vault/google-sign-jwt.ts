import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { exchange } from '../aws/exchange-http.ts';
import { networkFailure, serverWords, unavailable } from '../aws/identity-error.ts';
import { jwtForm, lifeSeconds } from './google-identity.ts';
import { askMetadata } from './google-metadata.ts';

const service = "Google's IAM Credentials API";

/**
 * A JWT that Google signs for the pod's service account (workload identity), short enough for a role of type iam: the metadata server's
 * own identity tokens live for an hour. https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt
 * Throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE.
 */
export async function jwtSignedByGoogle(audience: string, effects: Effects): Promise<string> {
  const email = await askMetadata('email', /^[^\s@]+@[^\s@]+$/, effects);
  const accessToken = textMember(await askMetadata('token', /^\{/, effects), 'access_token');
  const url = URL.parse(`${baseOf(effects.env)}v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:signJwt`);
  if (!url) throw unavailable(service, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS', 'has no usable address');
  const now = Math.floor(effects.clock.now() / 1_000);
  const { status, text } = await exchange({
    ...{ method: 'POST', url, connectMs: 3_000, wholeMs: 10_000, route: { kind: 'environment', env: effects.env } },
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', 'user-agent': 'keytide' },
    body: JSON.stringify({ payload: JSON.stringify({ sub: email, aud: audience, iat: now, exp: now + lifeSeconds }) }),
  }).catch((error: unknown) => {
    throw networkFailure(service, url.host, error);
  });
  const jwt = textMember(text, 'signedJwt');
  if (status === 200 && jwtForm.test(jwt)) return jwt;
  if (status === 200 || status >= 500 || status === 429)
    throw unavailable(service, url.host, `answered ${status} without a signed JWT`);
  throw refused(email, status, serverWords(text, [accessToken]));
}

/** As gcloud has it, with a slash at its end. */
function baseOf(env: Effects['env']): string {
  const base = env['CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS'] || 'https://iamcredentials.googleapis.com/';
  return base.endsWith('/') ? base : `${base}/`;
}

function refused(email: string, status: number, said: string): AgentError {
  return new AgentError('IDENTITY_REFUSED', `${service} does not sign for ${email} (${status}: ${said})`, {
    hint: `Enable iamcredentials.googleapis.com in its project, and give ${email} the role roles/iam.serviceAccountTokenCreator on itself.`,
  });
}

/** '' where there is none. The parser's message would quote a token. */
function textMember(json: string, name: string): string {
  try {
    const value: unknown = Object(JSON.parse(json))[name];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
