import assert from 'node:assert/strict';
import test from 'node:test';
import { failureToAgentError } from '../../agent/clients/vault/errors.ts';
import { VaultFailure } from '../../agent/clients/vault/wire.ts';
import type { ErrorCode } from '../../agent/core/agent-error.ts';

const about = { store: 'SecretStore/vault', operation: 'read secret', subject: 'secret/data/app' };

function failure(status: number, ...errors: readonly string[]): VaultFailure {
  return new VaultFailure(errors.join('; ') || `status ${status}`, { status, errors, mayHaveArrived: true });
}

test('every status of vault.md 3 has its code, and a hint that says what to look at', () => {
  const cases: readonly (readonly [VaultFailure, ErrorCode, RegExp])[] = [
    [failure(400, 'missing role'), 'REQUEST_INVALID', /manifest/],
    [
      failure(400, 'Upgrading from non-versioned to versioned data. This backend will be unavailable'),
      'STORE_UNAVAILABLE',
      /v1 into v2/,
    ],
    [failure(400, 'failed to renew entry: dial tcp: refused'), 'STORE_UNAVAILABLE', /database/],
    [failure(403, '1 error occurred: * permission denied'), 'ACCESS_DENIED', /policy/],
    [failure(403, 'permission denied', 'invalid token'), 'ACCESS_DENIED', /expired or was revoked/],
    [failure(404), 'SECRET_MISSING', /Create/],
    [failure(404, 'no handler for route "kvx/data/a". route entry not found.'), 'REQUEST_INVALID', /mount/],
    [failure(405, 'unsupported operation'), 'REQUEST_INVALID', /engine/],
    [failure(412, 'required index state not present'), 'STORE_UNAVAILABLE', /forwardInconsistent/],
    [failure(413, 'http: request body too large'), 'REQUEST_INVALID', /larger/],
    [failure(415, 'unsupported content type'), 'REQUEST_INVALID', /Content-Type/],
    [failure(429, 'request path "secret/data/app": rate limit quota exceeded'), 'STORE_THROTTLED', /quota/],
    [failure(429, '1 error occurred: * request path "a": lease count quota exceeded'), 'STORE_THROTTLED', /lease-count/],
    [failure(472), 'STORE_UNAVAILABLE', /disaster recovery/],
    [failure(473), 'STORE_UNAVAILABLE', /performance standby/],
    [failure(500, 'internal error'), 'STORE_UNAVAILABLE', /log of Vault/],
    [failure(500, 'local node not active but active cluster node not found'), 'STORE_UNAVAILABLE', /standby/],
    [failure(501), 'STORE_UNAVAILABLE', /operator init/],
    [failure(502, 'upstream'), 'STORE_UNAVAILABLE', /database/],
    [failure(503, 'Vault is sealed'), 'STORE_UNAVAILABLE', /unseal it/],
    [failure(503, 'API access to this namespace has been locked by an administrator'), 'STORE_UNAVAILABLE', /Unlock/],
    [failure(503), 'STORE_UNAVAILABLE', /vault status/],
    [failure(530), 'STORE_UNAVAILABLE', /log of Vault/],
    [failure(418), 'STORE_ANSWER_INVALID', /no such status/],
  ];
  for (const [given, code, hint] of cases) {
    const error = failureToAgentError(given, about);
    assert.equal(error.code, code, given.message);
    assert.match(error.hint, hint, given.message);
    assert.match(error.message, /^SecretStore\/vault: Vault /);
    assert.match(error.message, /secret\/data\/app/);
    assert.equal(error.serverCode, `HTTP ${given.status}`);
    assert.equal(error.cause, given);
  }
});

test('only a 404 of Vault for the path itself is missing: nothing denied, down or strange is', () => {
  const strange = new VaultFailure('a page', { status: 0, reason: 'NOT_JSON', mayHaveArrived: true });
  const others = [400, 403, 405, 412, 413, 415, 429, 472, 473, 500, 501, 502, 503, 530].map((status) => failure(status));
  for (const each of [strange, ...others]) assert.notEqual(failureToAgentError(each, about).code, 'SECRET_MISSING');
  assert.equal(failureToAgentError(failure(404), about).message, 'SecretStore/vault: Vault has no secret/data/app');
});

test('where we log in it is the identity that is refused, or can not be had', () => {
  const login = { store: 'SecretStore/vault', operation: 'login kubernetes', subject: 'role app', purpose: 'login' } as const;
  const cases: readonly (readonly [VaultFailure, ErrorCode, RegExp])[] = [
    [failure(400, 'invalid role name "app"'), 'IDENTITY_REFUSED', /role in Vault/],
    [failure(403, 'permission denied'), 'IDENTITY_REFUSED', /service account/],
    [failure(404, 'no handler for route "auth/k8s/login"'), 'IDENTITY_REFUSED', /mount path/],
    [failure(404), 'IDENTITY_REFUSED', /mount path/],
    [failure(405), 'REQUEST_INVALID', /engine/],
    [failure(429, 'rate limit quota exceeded'), 'STORE_THROTTLED', /quota/],
    [failure(500, 'backend not configured'), 'IDENTITY_UNAVAILABLE', /log of Vault/],
    [failure(503, 'Vault is sealed'), 'IDENTITY_UNAVAILABLE', /unseal/],
    [
      new VaultFailure('ECONNREFUSED', { status: 0, reason: 'ECONNREFUSED', mayHaveArrived: false }),
      'IDENTITY_UNAVAILABLE',
      /listens/,
    ],
    [new VaultFailure('a page', { status: 0, reason: 'NOT_JSON', mayHaveArrived: true }), 'STORE_ANSWER_INVALID', /not Vault/],
  ];
  for (const [given, code, hint] of cases) {
    const error = failureToAgentError(given, login);
    assert.equal(error.code, code, given.message);
    assert.match(error.hint, hint, given.message);
  }
});

test('the service can be called by its name', () => {
  assert.match(failureToAgentError(failure(503), { ...about, service: 'OpenBao' }).message, /: OpenBao failed read secret of/);
});
