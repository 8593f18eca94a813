import assert from 'node:assert/strict';
import test from 'node:test';
import { agentErrorOf, failureOf } from '../../agent/clients/aws/errors.ts';
import { errorClass } from '../../agent/core/agent-error.ts';

const request = { service: 'AWS Secrets Manager', store: 'SecretStore/aws', operation: 'GetSecretValue', subject: 'app/db' };

function errorOf(name: string, message = '', more: object = {}) {
  return agentErrorOf(failureOf({ name, message, $metadata: { httpStatusCode: 400 }, ...more }), request);
}

test('every row of the error table has its class and its remedy', () => {
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['ThrottlingException', 'throttled', 'backoff'],
    ['TooManyRequestsException', 'throttled', 'backoff'],
    ['RequestLimitExceeded', 'throttled', 'backoff'],
    ['InternalServiceError', 'unavailable', 'backoff'],
    ['InternalServerError', 'unavailable', 'backoff'],
    ['ExpiredTokenException', 'auth', 'refresh'],
    ['ExpiredToken', 'auth', 'refresh'],
    ['RequestExpired', 'auth', 'refresh'],
    ['UnrecognizedClientException', 'auth', 'refresh'],
    ['InvalidClientTokenId', 'auth', 'refresh'],
    ['InvalidSignatureException', 'auth', 'refresh'],
    ['AccessDeniedException', 'denied', undefined],
    ['ResourceNotFoundException', 'missing', undefined],
    ['ParameterNotFound', 'missing', undefined],
    ['ParameterVersionNotFound', 'missing', undefined],
    ['DecryptionFailure', 'denied', undefined],
    ['InvalidKeyId', 'denied', undefined],
    ['InvalidParameterException', 'invalid', undefined],
    ['ValidationException', 'invalid', undefined],
  ];
  for (const [name, kind, remedy] of rows) {
    assert.equal(errorClass(errorOf(name)), kind, name);
    assert.equal(failureOf({ name }).meaning.remedy, remedy, name);
  }
});

test('network errors are unavailable whatever they are called', () => {
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'CERT_HAS_EXPIRED',
  ])
    assert.equal(errorClass(agentErrorOf(failureOf(Object.assign(new Error('x'), { code })), request)), 'unavailable', code);
});

test('an error names store, service, operation and secret, and what may be shown of the reason', () => {
  const denied =
    'User: arn:aws:sts::123456789012:assumed-role/app/pod is not authorized to perform: secretsmanager:GetSecretValue on resource: app/db ' +
    'because no identity-based policy allows the secretsmanager:GetSecretValue action';
  assert.equal(
    errorOf('AccessDeniedException', denied).message,
    'SecretStore/aws: AWS Secrets Manager failed GetSecretValue of app/db (AccessDeniedException: ' +
      'arn:aws:sts::123456789012:assumed-role/app/pod may not secretsmanager:GetSecretValue, because no identity-based policy allows it)',
  );
  assert.match(errorOf('AccessDeniedException', denied).hint, /secretsmanager:GetSecretValue/);
  assert.equal(errorOf('ResourceNotFoundException').message, 'SecretStore/aws: AWS Secrets Manager has no app/db');
});

test('request ids and credentials are cut, so that equal failures look equal', () => {
  const first = errorOf('ValidationException', 'Bad name, request id: 1234-abc');
  const second = errorOf('ValidationException', 'Bad name, request id: 5678-def');
  assert.equal(first.message, second.message);
  const signed = errorOf(
    'InvalidRequestException',
    'Signature wrong for AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/2026/eu-west-1, more',
  );
  assert.doesNotMatch(signed.message, /AKIAEXAMPLE/);
});

test("nothing of an answer's body is kept: neither in the message nor as the cause", () => {
  const parsing = Object.assign(new SyntaxError('Unexpected token s, "s3cr3t" is not valid JSON'), {
    $response: { body: 's3cr3t' },
  });
  const error = agentErrorOf(failureOf(parsing), request);
  assert.equal(error.code, 'STORE_ANSWER_INVALID');
  assert.doesNotMatch(`${error.message} ${error.hint}`, /s3cr3t/);
  assert.equal(error.cause, undefined);
  assert.doesNotMatch(errorOf('AccessDeniedException', 's3cr3t').message, /s3cr3t/);
  assert.doesNotMatch(errorOf('ResourceNotFoundException', 's3cr3t').message, /s3cr3t/);
});

test('what is no error at all, or an unknown one, is an invalid answer', () => {
  for (const thrown of [undefined, null, 'text', {}, { name: 'SomethingNewException', $metadata: { httpStatusCode: 400 } }])
    assert.equal(failureOf(thrown).meaning.code, 'STORE_ANSWER_INVALID');
  assert.match(errorOf('SomethingNewException', 'x', { $fault: 'client' }).message, /\(SomethingNewException\)/);
});
