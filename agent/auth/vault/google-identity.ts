import { createSign } from 'node:crypto';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import { exchange } from '../aws/exchange-http.ts';
import { networkFailure, serverWords, unavailable } from '../aws/identity-error.ts';
import { credentialText, nameOf } from './credential-text.ts';

/** Vault's default limit (max_jwt_exp) is 15 min. */
const lifeSeconds = 600;

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

/** The metadata server's identity token: the pod's workload identity on GKE. Throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE. */
export async function metadataIdentity(audience: string, { env }: Effects): Promise<string> {
  const host = env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = URL.parse(`http://${host}/computeMetadata/v1/instance/service-accounts/default/identity`);
  if (!url) throw unavailable(server, 'GCE_METADATA_HOST', 'has no usable address');
  url.search = new URLSearchParams({ audience, format: 'full' }).toString();
  const { status, text } = await exchange({
    ...{ method: 'GET', url, connectMs: 1_000, wholeMs: 5_000, route: { kind: 'direct' } },
    headers: { 'metadata-flavor': 'Google', 'user-agent': 'keytide' },
  }).catch((error: unknown) => {
    throw networkFailure(server, url.host, error);
  });
  const token = text.trim();
  if (status === 200 && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
  if (status === 200 || status >= 500 || status === 429)
    throw unavailable(server, url.host, `answered ${status} without a token`);
  throw new AgentError('IDENTITY_REFUSED', `${server} at ${url.host} gives no identity (${status}: ${serverWords(text, [])})`, {
    hint: 'Give the pod a workload identity (GKE), or the machine a service account; or name a key in auth.gcp.secretRef.',
  });
}

const server = "Google's metadata server";

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
