import { SecretValue } from '../../core/secret-value.ts';

/**
 * The one file of a client that reveals: Vault's token goes into a header and the key of a client certificate into TLS, and nobody but the
 * client makes either. House rules name it (test/house/rules.test.ts).
 */

/** The token as a header takes it; undefined: it is empty or has characters that can't be printed (vault.md R-5). */
export function tokenText(token: SecretValue): string | undefined {
  const text = textOf(token);
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

/** The private key as PEM. */
export function pemText(key: SecretValue): string {
  return textOf(key);
}

type Body = Readonly<Record<string, unknown>>;

/** A body as JSON; a SecretValue in it is its text. */
export function jsonBody(body: Body): string {
  return JSON.stringify(body, (_key, value: unknown) => (value instanceof SecretValue ? textOf(value) : value));
}

/** What must not come back in the words of an error: the token, and every text of the body that isn't a name. */
export function textsToMask({ token, body }: { readonly token?: SecretValue; readonly body?: Body }): readonly string[] {
  const texts = [...(token ? [textOf(token)] : []), ...textsIn(body)].filter((text) => text.length >= shortestMasked);
  // Some quote what they got as the JSON that it was.
  const forms = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** What is shorter stands in too many words. */
const shortestMasked = 4;

/** Members that name something an operator wants to read in an error. */
const names = /^(role|name|lease_id|increment|ttl|format|common_name|alt_names|ip_sans|uri_sans)$/;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof SecretValue) return [textOf(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (names.test(key) && typeof member === 'string' ? [] : textsIn(member)));
}

function textOf(secret: SecretValue): string {
  return Buffer.from(secret.reveal()).toString('utf8');
}
