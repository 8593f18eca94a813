import { type VaultAnswer, type VaultClient, VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import { credentialWord, nameOf } from './credential-text.ts';
import { loginError } from './login-error.ts';
import { member, text } from './token-answer.ts';

export interface SecretId {
  readonly value: string;
  readonly isUnwrapped: boolean;
}

interface Source {
  readonly mount: string;
  readonly namespace: string | undefined;
  readonly secretRef: SecretKeyRef;
}

/**
 * The secret id of a Secret, read for each login. Where the Secret holds a wrapping token instead, the id is unwrapped once and kept in
 * memory for further logins (vault.md A2, W1-W3): a token that somebody else has used, or that wraps something else, is a sign of theft,
 * and loud. Throws AgentErrors.
 */
export function secretIdReader(
  source: Source,
  client: VaultClient,
  effects: Effects,
): (signal: AbortSignal) => Promise<SecretId> {
  const memory: Memory = {};
  return async (signal) => {
    const word = await credentialWord(source.secretRef, effects);
    if (!isWrappingToken(word)) return { value: word, isUnwrapped: false };
    const wrapping = SecretValue.ofText(word);
    if (!memory.unwrapped?.wrapping.equals(wrapping)) {
      const world = { source, client, effects, wrapping, memory };
      await checkOrigin(world, signal);
      memory.unwrapped = { wrapping, secretId: await unwrap(world, signal) };
    }
    return { value: Buffer.from(memory.unwrapped.secretId.reveal()).toString('utf8'), isUnwrapped: true };
  };
}

interface Memory {
  unwrapped?: { readonly wrapping: SecretValue; readonly secretId: SecretValue };
  /** An unwrap of this token may have happened, but its answer did not come. */
  lost?: SecretValue;
}

/** Secret ids are UUIDs; tokens have a prefix, or are JWTs (vault.md R-22, W4). */
function isWrappingToken(word: string): boolean {
  return /^(hvs\.|s\.[A-Za-z0-9]{20,}|eyJ[\w-]+\.[\w-]+\.)/.test(word);
}

interface World {
  readonly source: Source;
  readonly client: VaultClient;
  readonly effects: Effects;
  readonly wrapping: SecretValue;
  readonly memory: Memory;
}

/** Doesn't use the token up. A token that wraps anything but a secret id of this mount may have been slipped in: it is left alone. */
async function checkOrigin(world: World, signal: AbortSignal): Promise<void> {
  const answer = await ask(world, 'lookup', signal);
  const origin = text(member(member(answer.body, 'data'), 'creation_path'));
  const { mount, secretRef } = world.source;
  const [, role] = origin.startsWith(`auth/${mount}/role/`) ? (/\/role\/([^/]+)\/secret-id$/.exec(origin) ?? []) : [];
  if (role !== undefined && origin === `auth/${mount}/role/${role}/secret-id`) return;
  throw loud(
    world,
    `The wrapping token in ${nameOf(secretRef)} was made at ${origin || 'an unknown path'}, not at auth/${mount}/role/<role>/secret-id`,
    {
      hint: 'Somebody may have replaced it: find out who wrote this Secret, then wrap a new secret id.',
    },
  );
}

async function unwrap(world: World, signal: AbortSignal): Promise<SecretValue> {
  const answer = await ask(world, 'unwrap', signal);
  const data = member(answer.body, 'data');
  const secretId = text(member(data, 'secret_id'));
  const where = nameOf(world.source.secretRef);
  if (secretId === '') throw new AgentError('STORE_ANSWER_INVALID', `The wrapping token in ${where} held no secret id`);
  const uses = member(data, 'secret_id_num_uses');
  if (typeof uses === 'object' && uses !== null && 'literal' in uses && uses.value > 0)
    world.effects.log.warn(
      { secret: world.source.secretRef.name, logins: uses.value },
      'the unwrapped secret id is good for a few logins only; when they are used up the agent cannot log in again',
    );
  return SecretValue.ofText(secretId);
}

/** An unwrap is not sent again when it may have arrived (vault.md R-38): the next login looks first whether the token is still good. */
async function ask(world: World, deed: 'lookup' | 'unwrap', signal: AbortSignal): Promise<VaultAnswer> {
  const { source, client, wrapping, memory } = world;
  const where = nameOf(source.secretRef);
  const token = Buffer.from(wrapping.reveal()).toString('utf8');
  const shown = deed === 'lookup' ? { body: { token } } : { body: {}, token: wrapping };
  const namespace = source.namespace === undefined ? {} : { namespace: source.namespace };
  const operation = `${deed} wrapped secret id`;
  try {
    return await client.request(
      {
        operation,
        subject: where,
        method: 'POST',
        path: `sys/wrapping/${deed}`,
        ...shown,
        ...namespace,
        ...(deed === 'unwrap' ? { makes: 'lease' } : {}),
      },
      signal,
    );
  } catch (error) {
    const failure = error instanceof VaultFailure ? error : undefined;
    if (failure && [400, 403, 404].includes(failure.status)) throw unusable(world, failure.status);
    if (failure?.mayHaveArrived && deed === 'unwrap') memory.lost = wrapping;
    throw loginError(error, { what: `the ${deed} of the secret id in ${where}`, sent: [token] });
  }
}

function unusable(world: World, status: number): AgentError {
  return world.memory.lost?.equals(world.wrapping) ? lostAnswer(world) : used(world, status);
}

function used(world: World, status: number): AgentError {
  return loud(
    world,
    `The wrapping token in ${nameOf(world.source.secretRef)} is not good any more (${status}): somebody else has unwrapped the secret id, or it has expired`,
    {
      hint:
        'Unless it was this pod before a restart, or the token is older than its TTL, treat the secret id as stolen: destroy it at Vault, ' +
        'look into the audit log for sys/wrapping/unwrap, and wrap a new one.',
    },
  );
}

function lostAnswer(world: World): AgentError {
  return loud(
    world,
    `The answer to unwrapping the secret id in ${nameOf(world.source.secretRef)} was lost, and it can't be asked for twice`,
    {
      hint: 'Wrap a new secret id and put its token into the Secret; the agent goes on by itself.',
    },
  );
}

function loud({ effects, source }: World, message: string, { hint }: { readonly hint: string }): AgentError {
  const { name, key } = source.secretRef;
  effects.log.error({ secret: name, key, hint }, 'a wrapped secret id could not be taken');
  return new AgentError('IDENTITY_REFUSED', message, { hint });
}
