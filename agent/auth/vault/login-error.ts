import { meaningOf } from '../../clients/vault/meaning.ts';
import { VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError, type ErrorCode } from '../../core/agent-error.ts';
import { serverWords } from '../aws/identity-error.ts';

/** What a login was, for the messages of its failure. */
export interface LoginStory {
  /** Goes on after `Vault refused`: `the login of role app by kubernetes at auth/kubernetes`. */
  readonly what: string;
  /** What was presented, as far as it may be told: `the token FILE: issuer ..., audience vault`. */
  readonly presented?: string;
  /** What was sent: a server that quotes it is not to be quoted. */
  readonly sent: readonly string[];
  /** What to check when the server refuses with this status; undefined: the general advice. */
  readonly mend?: (status: number, said: string) => string | undefined;
}

/**
 * A failed login as an AgentError (vault.md 3, 5): IDENTITY_REFUSED for what an operator mends, IDENTITY_UNAVAILABLE (or STORE_THROTTLED,
 * STORE_ANSWER_INVALID) for what time, or the network's keeper, does.
 */
export function loginError(error: unknown, story: LoginStory): AgentError {
  if (error instanceof AgentError) return error;
  if (!(error instanceof VaultFailure))
    return new AgentError('IDENTITY_UNAVAILABLE', `Vault can't answer ${story.what} now (unknown failure)`);
  const isAnswer = error.reason === undefined && error.status >= 400 && error.status < 500;
  return isAnswer && !passing.has(error.status) ? refused(error, story) : unanswered(error, story);
}

/** 4xx that waiting mends: no state yet on this node, rate limited, standbys. */
const passing: ReadonlySet<number> = new Set([408, 412, 429, 472, 473]);

function refused({ status, errors }: VaultFailure, { what, presented, sent, mend }: LoginStory): AgentError {
  const said = serverWords(errors.join('; '), sent);
  const shown = presented === undefined ? '' : `. Presented: ${presented}`;
  return new AgentError('IDENTITY_REFUSED', `Vault refused ${what} (${status}${said === '' ? '' : `: ${said}`})${shown}`, {
    serverCode: `HTTP ${status}`,
    hint: mend?.(status, said) ?? (status === 404 || status === 405 ? mountAdvice : generalAdvice),
  });
}

const generalAdvice =
  'Compare the auth method and its role at Vault with the store of the manifest: mount path, role, namespace, and the credentials it is given.';

export const mountAdvice =
  'Check that this auth method is enabled at this path (`vault auth list`), which is written without `auth/`, and in this namespace (auth.namespace, else namespace).';

/** True of a mount or a namespace that isn't there, which Vault words in more than one way. */
export function isNoMount(status: number, said: string): boolean {
  return status === 404 || status === 405 || /no handler for route|unsupported path/.test(said);
}

function unanswered(error: VaultFailure, { what, sent }: LoginStory): AgentError {
  const { status, reason, message, errors, retryAfterMs } = error;
  const { code, hint } = meaningOf(error);
  const said = serverWords(reason === undefined ? errors.join('; ') : message, sent);
  const why = [...(status === 0 ? [] : [status]), ...(said === '' ? [] : [said])].join(': ');
  return new AgentError(ofLogins[code] ?? code, `Vault can't answer ${what} now (${why})`, {
    hint: status === 500 ? internalAdvice : hint,
    serverCode: reason ?? `HTTP ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const ofLogins: Partial<Record<ErrorCode, ErrorCode>> = {
  STORE_UNAVAILABLE: 'IDENTITY_UNAVAILABLE',
  REQUEST_INVALID: 'IDENTITY_REFUSED',
};

const internalAdvice =
  "Look at Vault's log: an auth method that is not configured yet, or a service behind it that is down, answers like this.";
