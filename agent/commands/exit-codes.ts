import { constants } from 'node:os';
import type { ErrorCode } from '../core/agent-error.ts';

/** What a caller (the kubelet, a script, CI) can tell from the exit code alone. A contract: docs/contract.md, Exit codes. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  specRefused: 3,
  identityRefused: 4,
  secretRefused: 5,
  storeUnreachable: 6,
  notPublished: 7,
  reloadFailed: 8,
} as const;

/** What each says, for help and docs. 128 + n for a signal is not in it. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'a bug in the agent: please report it',
  2: 'wrong usage',
  3: 'the spec is refused, or cannot be read',
  4: 'the identity is refused, or its token or credentials are missing',
  5: 'a secret is missing, denied, or not what the manifest says',
  6: 'a store could not be reached in time',
  7: 'files could not be published',
  8: 'the app could not be told, or is not proved to have taken it (reload, verify)',
};

const byErrorCode: Readonly<Record<ErrorCode, number>> = {
  USAGE: exitCodes.usage,
  SPEC_INVALID: exitCodes.specRefused,
  SPEC_UNREADABLE: exitCodes.specRefused,
  TOKEN_UNREADABLE: exitCodes.identityRefused,
  IDENTITY_REFUSED: exitCodes.identityRefused,
  CREDENTIALS_MISSING: exitCodes.identityRefused,
  IDENTITY_UNAVAILABLE: exitCodes.storeUnreachable,
  ACCESS_DENIED: exitCodes.secretRefused,
  SECRET_MISSING: exitCodes.secretRefused,
  STORE_THROTTLED: exitCodes.storeUnreachable,
  STORE_UNAVAILABLE: exitCodes.storeUnreachable,
  STORE_ANSWER_INVALID: exitCodes.storeUnreachable,
  REQUEST_INVALID: exitCodes.secretRefused,
  RESOLVE_FAILED: exitCodes.secretRefused,
  TEMPLATE_FAILED: exitCodes.notPublished,
  VOLUME_NOT_MEMORY: exitCodes.notPublished,
  VOLUME_UNUSABLE: exitCodes.notPublished,
  VOLUME_FULL: exitCodes.notPublished,
  FILE_REFUSED: exitCodes.notPublished,
  TARGET_IMMUTABLE: exitCodes.notPublished,
  CHECK_FAILED: exitCodes.notPublished,
  RELOAD_FAILED: exitCodes.reloadFailed,
  VERIFY_FAILED: exitCodes.reloadFailed,
};

/** The exit code of a process that ends because of this error. */
export function exitCodeOf(error: { readonly code: ErrorCode }): number {
  return byErrorCode[error.code];
}

/** 128 + n, as a shell reports a process that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
