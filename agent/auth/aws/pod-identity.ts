import { AgentError } from '../../core/agent-error.ts';
import type { Issued } from '../session.ts';
import { describeClaims, readClaims } from '../token-claims.ts';
import { readToken } from '../token-files.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import { type ExchangeAnswer, exchange } from './exchange-http.ts';
import { type AwsWorld, reported } from './exchange-report.ts';
import { networkFailure, serverWords, unavailable } from './identity-error.ts';
import { patiently, podIdentityPatience } from './patience.ts';

/**
 * EKS Pod Identity: the raw token for a session, from the agent on the node (aws.md 6); ECS speaks the same. Waits while that agent is not
 * up yet. A refused token is read once more. Throws IDENTITY_REFUSED, TOKEN_UNREADABLE, IDENTITY_UNAVAILABLE.
 */
export async function loginByPodIdentity(endpoint: URL, world: AwsWorld): Promise<Issued<AwsCredentialIdentity>> {
  const token = await authorization(world.effects.env);
  const first = await asked(endpoint, token, world);
  if (first.status === 200) return issued(endpoint, first);
  const fresh = await authorization(world.effects.env);
  const second = fresh === token ? first : await asked(endpoint, fresh, world);
  if (second.status === 200) return issued(endpoint, second);
  throw refusal(endpoint, fresh, second, world.effects.clock.now());
}

/** The file beats the variable, as in AWS's clients; ECS needs neither. */
async function authorization(env: AwsWorld['effects']['env']): Promise<string> {
  const path = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  return path ? readToken(path) : (env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '').trim();
}

/** An answer of 200, or of a status that a newer token may change; other refusals and all that waiting mends are thrown. */
function asked(endpoint: URL, token: string, world: AwsWorld): Promise<ExchangeAnswer> {
  const once = async (): Promise<ExchangeAnswer> => {
    const answer = await exchange({
      ...{ method: 'GET', url: endpoint, connectMs: 1_000, wholeMs: 5_000, route: { kind: 'direct' } },
      headers: { accept: 'application/json', 'user-agent': 'keytide', ...(token === '' ? {} : { authorization: token }) },
    }).catch((error: unknown) => {
      throw networkFailure(agentName, endpoint.host, error);
    });
    if (answer.status === 200 || [400, 401, 403].includes(answer.status)) return answer;
    throw refusal(endpoint, token, answer, world.effects.clock.now());
  };
  const run = () => reported(world, 'PodIdentityCredentials', once);
  return patiently(run, podIdentityPatience, world.effects.clock);
}

const agentName = 'The EKS Pod Identity agent';

function issued(endpoint: URL, { text }: ExchangeAnswer): Issued<AwsCredentialIdentity> {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = fieldsOf(text);
  const expiresAt = Date.parse(Expiration ?? '');
  if (!AccessKeyId || !SecretAccessKey || !Token || Number.isNaN(expiresAt))
    throw unavailable(agentName, endpoint.host, 'answered with something that is not credentials');
  const value = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration: new Date(expiresAt),
  };
  return { value, expiresAt };
}

function fieldsOf(text: string): Readonly<Record<string, string | undefined>> {
  try {
    const answer: unknown = JSON.parse(text);
    return Object.fromEntries(Object.entries(Object(answer)).filter(([, value]) => typeof value === 'string')) as Record<
      string,
      string
    >;
  } catch {
    return {}; // The parser's message quotes the answer, which may hold keys.
  }
}

function refusal(endpoint: URL, token: string, { status, text }: ExchangeAnswer, now: number): AgentError {
  const said = `${status}: ${serverWords(text, [token])}`;
  if (status >= 500 || status === 429) {
    const serverCode = status === 429 ? 'Throttling' : `HTTP ${status}`;
    return new AgentError('IDENTITY_UNAVAILABLE', `${agentName} at ${endpoint.host} can't answer now (${said})`, { serverCode });
  }
  const claims = readClaims(token);
  const who = `service account ${claims?.serviceAccount ?? '?'} in namespace ${claims?.namespace ?? '?'}`;
  const about = describeClaims(claims, now);
  return new AgentError('IDENTITY_REFUSED', `${agentName} refused this pod's token (${said}). The token: ${about}`, {
    hint:
      `Check the Pod Identity association of ${who}, and that the role's trust policy allows sts:AssumeRole and sts:TagSession to ` +
      'pods.eks.amazonaws.com. A pod that is older than its association must be recreated.',
  });
}
