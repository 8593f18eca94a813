import { createHash } from 'node:crypto';
import type { HandOver } from '../../core/hand-over.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { SessionKeep } from '../kept-session.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';

/** The keys of a session, in a record of the agent's own. `id` says which identity it is: it may be as long as a chain of roles. */
export function keptKeys({ claim }: HandOver, id: string): SessionKeep<AwsCredentialIdentity> {
  return {
    record: claim(`aws-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`),
    written: ({ accessKeyId, secretAccessKey, sessionToken, expiration }) => ({
      ...{ accessKeyId, secretAccessKey: SecretValue.ofText(secretAccessKey) },
      ...(sessionToken === undefined ? {} : { sessionToken: SecretValue.ofText(sessionToken) }),
      ...(expiration === undefined ? {} : { expiration: expiration.toISOString() }),
    }),
    revived: keysIn,
  };
}

function keysIn(written: unknown): AwsCredentialIdentity | undefined {
  if (typeof written !== 'object' || written === null) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken, expiration }: Readonly<Record<string, unknown>> = { ...written };
  if (typeof accessKeyId !== 'string' || !(secretAccessKey instanceof SecretValue)) return undefined;
  return {
    ...{ accessKeyId, secretAccessKey: text(secretAccessKey) },
    ...(sessionToken instanceof SecretValue ? { sessionToken: text(sessionToken) } : {}),
    ...(typeof expiration === 'string' ? { expiration: new Date(expiration) } : {}),
  };
}

function text(value: SecretValue): string {
  return Buffer.from(value.reveal()).toString('utf8');
}
