import { VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import { serverWords } from '../aws/identity-error.ts';

/** What a login was, for the messages of its failure. */
export interface LoginStory {
  /** Goes on after `Vault refused`: `the login of role app by kubernetes at auth/kubernetes`. */
  readonly what: string;
  /** What was presented, as far as it may be told: `service account web in namespace shop, audience vault`. */
  readonly presented?: string;
  /** What was sent: a server that quotes it is not to be quoted. */
  readonly sent: readonly string[];
  /** What to check when the server refuses with this status; undefined: the general advice. */
  readonly mend?: (status: number, said: string) => string | undefined;
}

/** A failed login as an AgentError: what waiting mends is IDENTITY_UNAVAILABLE, what an operator mends IDENTITY_REFUSED (vault.md 3, 5). */
export function loginError(error: unknown, story: LoginStory): AgentError {
  if (error instanceof AgentError) return error;
  if (!(error instanceof VaultFailure))
    return new AgentError('IDENTITY_UNAVAILABLE', `Vault can't be asked for ${story.what}: unknown failure`);
  const said = serverWords(error.errors.join('; '), story.sent);
  const { status } = error;
  const isRefusal = status >= 400 && status < 500 && !passing.has(status);
  return isRefusal ? refused(status, said, story) : unavailable(error, said, story);
}

/** 4xx that waiting mends: no state yet on this node, rate limited, standbys. */
const passing: ReadonlySet<number> = new Set([408, 412, 429, 472, 473]);

function refused(status: number, said: string, { what, presented, mend }: LoginStory): AgentError {
  const words = `${status}${said === '' ? '' : `: ${said}`}`;
  const shown = presented === undefined ? '' : `. Presented: ${presented}`;
  return new AgentError('IDENTITY_REFUSED', `Vault refused ${what} (${words})${shown}`, {
    serverCode: String(status),
    hint: mend?.(status, said) ?? generalAdvice(status),
  });
}

function generalAdvice(status: number): string {
  if (status === 404 || status === 405) return mountAdvice;
  return 'Compare the auth method and its role at Vault with the store of the manifest: mount path, role, namespace, and the credentials it is given.';
}

export const mountAdvice =
  'Check that this auth method is enabled at this path (`vault auth list`), which is written without `auth/`, and in this namespace (auth.namespace, else namespace).';

function unavailable(error: VaultFailure, said: string, { what, sent }: LoginStory): AgentError {
  const { status, reason, retryAfterMs } = error;
  const why =
    status === 0 || reason !== undefined ? serverWords(error.message, sent) : `${status}${said === '' ? '' : `: ${said}`}`;
  const hint = outageAdvice(status, said);
  return new AgentError('IDENTITY_UNAVAILABLE', `Vault can't answer ${what} now (${why})`, {
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    serverCode: status === 429 ? 'Throttling' : `HTTP ${status}`,
  });
}

function outageAdvice(status: number, said: string): string | undefined {
  if (status === 0)
    return 'Check the address of the server, DNS, network policies and the CA (caBundle, caProvider); the agent keeps trying.';
  if (status === 503 && said.includes('sealed')) return 'Unseal Vault; the agent goes on by itself.';
  if (status === 503)
    return 'Vault has no active node, or this namespace is locked: look at its log; the agent goes on by itself.';
  if (status === 501) return 'Initialise Vault (`vault operator init`), or check that this address is the right one.';
  if (status === 429) return "A rate limit quota of Vault's holds logins back; the agent slows down.";
  if (status === 500)
    return "Look at Vault's log: an auth method that is not configured, or a backend that is down, answers like this.";
  return undefined;
}
