/** What STS said instead of credentials. */
export interface StsError {
  /** Without the suffix `Exception`, which comes and goes. */
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** What to do about it (aws.md 4): try again, read the token anew, or tell the operator. */
export function stsErrorKind({ code, status }: StsError): 'transient' | 'throttled' | 'stale' | 'refused' {
  if (
    /^(Throttling|ThrottledException|RequestLimitExceeded|TooManyRequests|RequestThrottled|SlowDown)/.test(code) ||
    status === 429
  )
    return 'throttled';
  if (transientCodes.has(code) || status >= 500) return 'transient';
  return staleCodes.has(code) ? 'stale' : 'refused';
}

const transientCodes: ReadonlySet<string> = new Set([
  'IDPCommunicationError',
  'InternalFailure',
  'InternalError',
  'InternalServerError',
  'ServiceUnavailable',
  'RequestTimeout',
]);

/** What we sent may have been replaced just now. */
const staleCodes: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'InvalidIdentityToken',
  'RequestExpired',
  'UnrecognizedClient',
  'InvalidClientTokenId',
  'InvalidSignature',
  'SignatureDoesNotMatch',
]);

/** `ExpiredTokenException` and `ExpiredToken` are one. */
export function stsCode(code: string): string {
  return code
    .replace(/^.*#/, '')
    .replace(/:.*$/, '')
    .replace(/Exception$/, '');
}
