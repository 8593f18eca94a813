import { createSign } from 'node:crypto';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import { credentialText, nameOf } from './credential-text.ts';
import { askMetadata } from './google-metadata.ts';

/** Vault's default limit (max_jwt_exp) is 15 min. */
export const lifeSeconds = 600;

/** A JWT signed here with the key file of a service account; Google publishes the certificate of the key. Throws CREDENTIALS_MISSING. */
export async function serviceAccountJwt(ref: SecretKeyRef, audience: string, effects: Effects): Promise<string> {
  const { client_email: email, private_key: key, private_key_id: kid } = keyFile(await credentialText(ref, effects));
  if (!email || !key || !kid)
    throw notAKey(ref, 'is no JSON key of a service account (client_email, private_key, private_key_id)');
  const now = Math.floor(effects.clock.now() / 1000);
  const claims = { iss: email, sub: email, aud: audience, iat: now, exp: now + lifeSeconds };
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
  try {
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
  } catch {
    throw notAKey(ref, 'has a private_key that can not sign'); // OpenSSL's message stays out: it may say what it read.
  }
}

export const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The metadata server's identity token, which lives for an hour. Throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE. */
export function metadataIdentity(audience: string, effects: Pick<Effects, 'env'>): Promise<string> {
  return askMetadata(`identity?${new URLSearchParams({ audience, format: 'full' })}`, jwtForm, effects);
}

function keyFile(text: string): Readonly<Record<string, string | undefined>> {
  try {
    const file: unknown = JSON.parse(text);
    return Object.fromEntries(
      Object.entries(Object(file)).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
  } catch {
    return {}; // The parser's message quotes the key.
  }
}

function notAKey(ref: SecretKeyRef, why: string): AgentError {
  return new AgentError('CREDENTIALS_MISSING', `The ${nameOf(ref)} ${why}`, {
    hint: 'Put the whole key file into the Secret, as `gcloud iam service-accounts keys create` writes it.',
  });
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
