import { AgentError, type ErrorCode } from '../../core/agent-error.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import type { VaultFailure } from './wire.ts';

/** Which request failed, as an operator would name it. */
export interface FailedRequest {
  /** Such as `SecretStore/vault`. */
  readonly store: string;
  /** Such as `read secret`. */
  readonly operation: string;
  /** Such as `secret/data/app`; '' where it names nothing. */
  readonly subject: string;
  /** `login`: what is refused is the identity, not a secret. */
  readonly purpose?: 'login';
  /** `OpenBao` where the store says so. */
  readonly service?: string;
}

/** The failure as the letter to the operator. The failure is its cause: there is no secret in it. */
export function failureToAgentError(failure: VaultFailure, about: FailedRequest): AgentError {
  const meaning = about.purpose === 'login' ? asLogin(meaningOf(failure), failure) : meaningOf(failure);
  const { status, retryAfterMs } = failure;
  return new AgentError(meaning.code, `${about.store}: ${textOf(failure, meaning, about)}`, {
    cause: failure,
    hint: meaning.hint,
    serverCode: failure.reason ?? `HTTP ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function textOf({ status, reason, message }: VaultFailure, meaning: Meaning, about: FailedRequest): string {
  const { operation, subject, service = 'Vault' } = about;
  if (meaning.code === 'SECRET_MISSING') return `${service} has no ${subject || operation}`;
  const on = subject === '' ? '' : ` of ${subject}`;
  const words = meaning.words ?? message;
  return `${service} failed ${operation}${on} (${reason === undefined ? `${status}: ` : ''}${words})`;
}

/** What the same answer means where we log in (vault.md 5). A 429 stays one: it is counted, and waited for. */
function asLogin(meaning: Meaning, { status, reason }: VaultFailure): Meaning {
  const code = loginCodes[meaning.code];
  if (code === undefined || (status === 405 && reason === undefined)) return meaning;
  const hint = code === 'IDENTITY_REFUSED' ? refusedLoginHint(status) : undefined;
  return { ...meaning, code, ...(hint === undefined ? {} : { hint }) };
}

const loginCodes: Partial<Record<ErrorCode, ErrorCode>> = {
  REQUEST_INVALID: 'IDENTITY_REFUSED',
  ACCESS_DENIED: 'IDENTITY_REFUSED',
  SECRET_MISSING: 'IDENTITY_REFUSED',
  STORE_UNAVAILABLE: 'IDENTITY_UNAVAILABLE',
};

function refusedLoginHint(status: number): string | undefined {
  switch (status) {
    case 400:
      return "Compare the store's auth (role, mount path, credentials) with the role in Vault: its audience, bound claims, bound names.";
    case 403:
      return "Compare the role in Vault with this pod's service account, namespace and audience; check the auth mount and namespace, too.";
    case 404:
      return "Correct the mount path or namespace in the store's auth: Vault has no login there.";
    default:
      return undefined;
  }
}
