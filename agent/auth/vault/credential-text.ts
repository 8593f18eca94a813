import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef } from '../../core/spec.ts';

/** `key "token" of Secret vault`, for messages. */
export function nameOf({ name, key }: SecretKeyRef): string {
  return `key "${key}" of Secret ${name}`;
}

/** A credential of one word (a token, an id), read now, without the line end that files get. Throws CREDENTIALS_MISSING. */
export async function credentialWord(ref: SecretKeyRef, effects: Pick<Effects, 'credential'>): Promise<string> {
  const text = (await credentialText(ref, effects)).trim();
  const printable = /^[\x21-\x7e]+$/;
  if (printable.test(text)) return text;
  throw unfit(ref, text === '' ? 'is empty' : 'holds characters that no token, id or JWT has');
}

/** A credential byte for byte, read now: passwords may begin and end as they like (eso.md 2.1). Throws CREDENTIALS_MISSING. */
export async function credentialText(ref: SecretKeyRef, effects: Pick<Effects, 'credential'>): Promise<string> {
  const bytes = (await effects.credential(ref)).reveal();
  if (bytes.byteLength === 0) throw unfit(ref, 'is empty');
  return Buffer.from(bytes).toString('utf8');
}

function unfit(ref: SecretKeyRef, why: string): AgentError {
  return new AgentError('CREDENTIALS_MISSING', `The ${nameOf(ref)} ${why}`, {
    hint: 'Put the bare value into the Secret: no quotes, no JSON around it, no base64 of your own.',
  });
}
