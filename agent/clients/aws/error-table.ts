import type { ErrorCode } from '../../core/agent-error.ts';

/** What a failure of AWS means to us. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly hint?: string;
  /** `refresh`: once more with new credentials. `backoff`: again after a while. */
  readonly remedy?: 'refresh' | 'backoff';
}

const throttled: Meaning = { code: 'STORE_THROTTLED', remedy: 'backoff' };
const unavailable: Meaning = { code: 'STORE_UNAVAILABLE', remedy: 'backoff' };
const expired: Meaning = {
  code: 'IDENTITY_REFUSED',
  remedy: 'refresh',
  hint: "Check the node's clock, and that the projected token is still rotated; new credentials were refused as well.",
};
const unknownKey: Meaning = {
  code: 'IDENTITY_REFUSED',
  remedy: 'refresh',
  hint: 'AWS does not know these credentials: compare the access key, the region and the account.',
};
const denied: Meaning = { code: 'ACCESS_DENIED' };
const undecryptable: Meaning = {
  code: 'ACCESS_DENIED',
  hint: "Allow this identity kms:Decrypt on the secret's KMS key, and check that the key is enabled.",
};
const missing: Meaning = {
  code: 'SECRET_MISSING',
  hint: 'Create it, or correct the key, the version, the region or the account: AWS says the same of all of them.',
};
const invalid: Meaning = { code: 'REQUEST_INVALID' };

/** By the name of the error, never by its status: throttling comes as 400 (aws.md 1, 10). */
export const meanings: Readonly<Record<string, Meaning>> = {
  ThrottlingException: throttled,
  Throttling: throttled,
  ThrottledException: throttled,
  RequestThrottledException: throttled,
  RequestThrottled: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  LimitExceededException: throttled,
  SlowDown: throttled,
  PriorRequestNotComplete: throttled,

  InternalServiceError: unavailable,
  InternalServerError: unavailable,
  InternalFailure: unavailable,
  ServiceUnavailable: unavailable,
  ServiceUnavailableException: unavailable,
  RequestTimeout: unavailable,
  RequestTimeoutException: unavailable,
  IDPCommunicationError: unavailable,

  ExpiredTokenException: expired,
  ExpiredToken: expired,
  RequestExpired: expired,
  RequestTimeTooSkewed: expired,
  InvalidSignatureException: expired,
  SignatureDoesNotMatch: expired,
  UnrecognizedClientException: unknownKey,
  InvalidClientTokenId: unknownKey,
  InvalidAccessKeyId: unknownKey,
  AuthFailure: unknownKey,
  IncompleteSignature: unknownKey,
  IncompleteSignatureException: unknownKey,
  MissingAuthenticationToken: unknownKey,
  MissingAuthenticationTokenException: unknownKey,
  OptInRequired: { code: 'IDENTITY_REFUSED', hint: 'Enable this region for the account.' },

  AccessDeniedException: denied,
  AccessDenied: denied,
  UnauthorizedOperation: denied,
  NotAuthorized: denied,
  DecryptionFailure: undecryptable,
  InvalidKeyId: undecryptable,
  KMSAccessDeniedException: undecryptable,
  KMSDisabledException: undecryptable,
  KMSInvalidStateException: undecryptable,
  KMSNotFoundException: undecryptable,

  ResourceNotFoundException: missing,
  ParameterNotFound: missing,
  ParameterVersionNotFound: missing,
  InvalidResourceId: missing,

  InvalidParameterException: invalid,
  InvalidRequestException: invalid,
  ValidationException: invalid,
  InvalidFilterKey: invalid,
  InvalidFilterOption: invalid,
  InvalidFilterValue: invalid,
  InvalidNextTokenException: unavailable,
  InvalidNextToken: unavailable,
};

/** Where the name says nothing: a gateway or a proxy answered, or a service has a new error. */
export function meaningOfStatus(status: number): Meaning {
  if (status === 429) return throttled;
  if (status >= 500) return unavailable;
  if (status === 401 || status === 403) return denied;
  return { code: 'STORE_ANSWER_INVALID' };
}

/** Names by which Node's network errors say that a certificate isn't trusted. */
const untrusted = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/;

/** No answer at all, by the code of Node's error. */
export function meaningOfNetwork(code: string): Meaning {
  if (untrusted.test(code))
    return { code: 'STORE_UNAVAILABLE', hint: "Put the CA of the store's certificate into the file that AWS_CA_BUNDLE names." };
  if (code === 'ERR_PROXY_TUNNEL')
    return { code: 'STORE_UNAVAILABLE', remedy: 'backoff', hint: 'Look at the proxy of HTTPS_PROXY: it refused the connection.' };
  if (code === 'ENOTFOUND')
    return {
      code: 'STORE_UNAVAILABLE',
      remedy: 'backoff',
      hint: "Check the store's region, its endpoint, and the cluster's DNS.",
    };
  return unavailable;
}
