/**
 * Every failure we expect, by code: whether waiting can mend it, and what the operator can do. docs/errors.md has one
 * entry a code (a test compares the two).
 */
const advice = {
  USAGE: { retry: false, hint: 'Run `keytide COMMAND --help`.' },
  SPEC_INVALID: { retry: false, hint: 'Fix every field listed above; a running agent takes the corrected spec by itself.' },
  SPEC_UNREADABLE: { retry: true, hint: 'Mount the manifests where --spec points, readable for the agent.' },
  TOKEN_UNREADABLE: {
    retry: true,
    hint: 'Mount a projected serviceAccountToken volume that the agent can read, and name its directory in --tokens.',
  },
  IDENTITY_REFUSED: {
    retry: true,
    hint: "Compare the role's trust policy with the token's issuer, subject and audience.",
  },
  CREDENTIALS_MISSING: { retry: true, hint: 'Mount the referenced Secret below --credentials, as DIR/<Secret name>/<key>.' },
  IDENTITY_UNAVAILABLE: {
    retry: true,
    hint: 'The service that issues credentials did not answer; the agent keeps trying.',
  },
  ACCESS_DENIED: { retry: true, hint: 'Allow this identity to read this secret in the store.' },
  SECRET_MISSING: { retry: true, hint: 'Create the secret in the store, or correct the key in the manifest.' },
  STORE_THROTTLED: { retry: true, hint: 'The store limits requests; the agent slows down and keeps the files it has.' },
  STORE_UNAVAILABLE: { retry: true, hint: 'Check the network, DNS and the state of the store; the agent keeps trying.' },
  STORE_ANSWER_INVALID: { retry: true, hint: 'Look at what answers at this address: it does not speak like the store.' },
  REQUEST_INVALID: { retry: false, hint: 'The store refuses this request as it is written; correct the manifest.' },
  RESOLVE_FAILED: { retry: true, hint: 'Compare the manifest with what the secret holds.' },
  TEMPLATE_FAILED: { retry: true, hint: 'Correct the template, or the entries that it names.' },
  VOLUME_NOT_MEMORY: { retry: false, hint: 'Mount an emptyDir with medium: Memory there, or allow a disk with --allow-disk.' },
  VOLUME_UNUSABLE: { retry: true, hint: 'Check that the agent may write there, and who else does.' },
  VOLUME_FULL: { retry: true, hint: "Raise the volume's sizeLimit; two generations must fit." },
  FILE_REFUSED: { retry: false, hint: 'Choose a path that stays below the directory of the delivery.' },
  TARGET_IMMUTABLE: { retry: false, hint: 'target.immutable is true: remove it, or restart the pod to take the new value.' },
  CHECK_FAILED: { retry: true, hint: 'Nothing was published. Correct the value in the store, or the check.' },
  VERIFY_FAILED: { retry: true, hint: "Look at the app's log: it was told of new files, and is not proved to use them." },
  RELOAD_FAILED: { retry: true, hint: 'The files are published; the app was not told. The agent tries again.' },
} as const satisfies Record<string, { retry: boolean; hint: string }>;

export type ErrorCode = keyof typeof advice;

/** All codes, for docs and tests. */
export const errorCodes = Object.keys(advice) as readonly ErrorCode[];

export interface AgentErrorOptions {
  readonly cause?: unknown;
  /** Replaces the hint of the table where more is known. */
  readonly hint?: string;
  /** What the server called it, such as `AccessDeniedException`. */
  readonly serverCode?: string;
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number;
}

/** The only error we throw on purpose. Anything else that reaches main is a bug, and is reported as one. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: ErrorCode;
  readonly retry: boolean;
  readonly hint: string;
  readonly serverCode: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AgentErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = advice[code].retry;
    this.hint = options.hint ?? advice[code].hint;
    this.serverCode = options.serverCode;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** DESIGN 4: what kind of failure a store's answer was. */
export type ErrorClass = 'auth' | 'denied' | 'missing' | 'throttled' | 'unavailable' | 'invalid';

const classes: Partial<Record<ErrorCode, ErrorClass>> = {
  TOKEN_UNREADABLE: 'auth',
  IDENTITY_REFUSED: 'auth',
  CREDENTIALS_MISSING: 'auth',
  IDENTITY_UNAVAILABLE: 'unavailable',
  ACCESS_DENIED: 'denied',
  SECRET_MISSING: 'missing',
  STORE_THROTTLED: 'throttled',
  STORE_UNAVAILABLE: 'unavailable',
};

/** The class of an error for metrics and status; what has none of its own is `invalid`. */
export function errorClass(error: AgentError): ErrorClass {
  return classes[error.code] ?? 'invalid';
}

/** An AgentError as it is; anything else as a bug that keeps its cause but shows no text of it. */
export function asAgentError(error: unknown, code: ErrorCode, message: string): AgentError {
  return error instanceof AgentError ? error : new AgentError(code, message, { cause: error });
}
