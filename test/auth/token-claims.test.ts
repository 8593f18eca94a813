import assert from 'node:assert/strict';
import test from 'node:test';
import { describeClaims, readClaims } from '../../agent/auth/token-claims.ts';
import { issuer, signatureCanary, subject, tokenFor } from './auth-world.ts';

test('reads issuer, subject, audiences, expiry and what Kubernetes says of the pod', () => {
  const kubernetes = { namespace: 'shop', serviceaccount: { name: 'web', uid: 'u' }, pod: { name: 'web-1', uid: 'p-1' } };
  assert.deepEqual(readClaims(`${tokenFor(['a', 'b'], { exp: 100, kubernetes })}\n`), {
    ...{ issuer, subject, audiences: ['a', 'b'], expiresAt: 100_000 },
    ...{ namespace: 'shop', serviceAccount: 'web', podName: 'web-1', podUid: 'p-1' },
  });
});

test('takes namespace and service account from the subject when a token says nothing of Kubernetes', () => {
  const claims = readClaims(tokenFor('a'));
  assert.deepEqual([claims?.namespace, claims?.serviceAccount, claims?.podName], ['shop', 'web', undefined]);
  assert.equal(readClaims(tokenFor('a', { subject: 'repo:org/app' }))?.namespace, undefined);
});

test('whatever is not a JWT has no claims, and nothing of it is told', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const text of ['', 'a.b', 'a.b.c', `x.${part([1])}.y`, `x.${part(null)}.y`, `x.${part('text')}.y`, `.${signatureCanary}.`])
    assert.equal(readClaims(text), undefined, text);
});

test('claims of wrong types are left out instead of trusted', () => {
  const payload = Buffer.from(JSON.stringify({ iss: 7, sub: null, aud: [1, 'a'], exp: 'soon', 'kubernetes.io': 'x' }));
  assert.deepEqual(readClaims(`h.${payload.toString('base64url')}.s`), { audiences: ['a'] });
});

test('describes a token so that it can be compared with a trust policy', () => {
  const claims = readClaims(tokenFor(['a', 'b'], { exp: 1_000 }));
  assert.equal(describeClaims(claims, 400_000), `issuer ${issuer}, subject ${subject}, audience a and b, expires in 10 min`);
  assert.match(describeClaims(claims, 1_120_000), /expired 2 min ago$/);
  assert.equal(describeClaims(undefined, 0), 'it is not a JWT');
});
