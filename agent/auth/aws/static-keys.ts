import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';

export interface StaticKeyRefs {
  readonly accessKeyID: SecretKeyRef;
  readonly secretAccessKey: SecretKeyRef;
  readonly sessionToken?: SecretKeyRef;
}

/** Keys from mounted Secrets, as the files are now. Throws CREDENTIALS_MISSING. */
export async function mountedKeys(
  refs: StaticKeyRefs,
  { credential }: Pick<Effects, 'credential'>,
): Promise<AwsCredentialIdentity> {
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
    keyText(refs.accessKeyID, credential),
    keyText(refs.secretAccessKey, credential),
    refs.sessionToken ? keyText(refs.sessionToken, credential) : undefined,
  ]);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Keys from the environment, if it has both. */
export function environmentKeys(env: Effects['env']): AwsCredentialIdentity | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** Without the line end that `echo` leaves: no key of AWS has one, and a header can't carry it. */
async function keyText(ref: SecretKeyRef, credential: Effects['credential']): Promise<string> {
  const text = Buffer.from((await credential(ref)).reveal())
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const why = text === '' ? 'is empty' : 'holds characters that no key of AWS has';
  throw new AgentError('CREDENTIALS_MISSING', `Key "${ref.key}" of Secret ${ref.name} ${why}`, {
    hint: 'Put the key into the Secret as AWS shows it, without quotes, spaces or base64 of your own.',
  });
}
