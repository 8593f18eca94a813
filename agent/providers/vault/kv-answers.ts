import { createHmac, type KeyObject } from 'node:crypto';
import type { VaultAnswer } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import { type GoJson, writeGoJson } from '../../core/go-json.ts';
import type { Answer, FoundAnswer } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';

/** What an answer is about, for messages. */
export interface KvSubject {
  readonly storeId: string;
  /** As it was asked: `secret/data/app`. */
  readonly path: string;
  /** '' for the current one. */
  readonly version: string;
}

/**
 * A read of KV v2: the object in `data.data`, written anew as Go would (eso.md 2.2, 2.7). A version that was deleted or destroyed is a
 * 404 with all of its envelope (vault.md R-60).
 */
export function secretOfV2(answer: VaultAnswer, subject: KvSubject): Answer {
  const data = membersOf(dataOf(answer));
  const value = data?.get('data');
  if (value === undefined && answer.status === 404) return missing(subject);
  if (value === undefined) throw invalidAnswer(subject, 'holds no data');
  const metadata = membersOf(data?.get('metadata'));
  if (value === null) return { kind: 'missing', reason: goneText(subject, metadata) };
  if (!(value instanceof Map)) throw invalidAnswer(subject, 'holds data that is no JSON object');
  return { ...found(value, versionOf(metadata)), versionName: textOf(metadata?.get('version') ?? null) };
}

/** A read of KV v1: all of `data`. It has no versions: a keyed hash tells a change, and gives nothing away (vault.md R-83). */
export function secretOfV1(answer: VaultAnswer, subject: KvSubject, key: KeyObject): Answer {
  const data = dataOf(answer);
  if (answer.status === 404 || data === null) return missing(subject);
  if (!(data instanceof Map)) throw invalidAnswer(subject, 'holds data that is no JSON object');
  const { value } = found(data, '');
  return { kind: 'found', value, version: createHmac('sha256', key).update(value.reveal()).digest('base64url') };
}

/** Metadata as `metadataPolicy: Fetch` has it: texts, one's own before the system's; nothing at all is an empty value (eso.md 2.7). */
export function metadataValue(metadata: ReadonlyMap<string, string>): FoundAnswer {
  const text = metadata.size === 0 ? '' : writeGoJson(metadata, { html: 'escaped', numbers: 'literal' });
  return { kind: 'found', value: new SecretValue(Buffer.from(text, 'latin1')), version: '' };
}

/** What searches by tags match, too. Names and texts are `latin1`, as they came. */
export function metadataOf(answer: VaultAnswer, subject: KvSubject): ReadonlyMap<string, string> {
  const data = membersOf(dataOf(answer));
  if (!data) throw invalidAnswer(subject, 'holds no metadata');
  const system = ['created_time', 'current_version', 'delete_version_after'].map((name) => [name, data.get(name)] as const);
  const custom = [...(membersOf(data.get('custom_metadata')) ?? [])];
  const isGiven = ([, value]: readonly [string, GoJson | undefined]): boolean => value !== undefined && value !== null;
  return new Map([...system.filter(isGiven), ...custom].map(([name, value]) => [name, textOf(value ?? null)]));
}

/** The names in a folder; those that end with `/` are folders. */
export function keysIn(answer: VaultAnswer, subject: KvSubject): readonly string[] {
  const keys = membersOf(dataOf(answer))?.get('keys');
  if (keys === undefined) return []; // As ESO takes it.
  if (!Array.isArray(keys)) throw invalidAnswer(subject, 'holds no list of names');
  return keys.map((key: GoJson) => {
    if (typeof key === 'string' && key !== '' && key !== '/') return Buffer.from(key, 'latin1').toString('utf8');
    throw invalidAnswer(subject, 'holds a name that is none');
  });
}

export function missing({ storeId, path, version }: KvSubject): Answer {
  return { kind: 'missing', reason: `${storeId}: Vault has no ${path}${version === '' ? '' : ` in version ${version}`}` };
}

/** `data` of the envelope. */
function dataOf({ body }: VaultAnswer): GoJson | undefined {
  return membersOf(body)?.get('data');
}

function membersOf(value: GoJson | undefined): ReadonlyMap<string, GoJson> | undefined {
  return value instanceof Map ? value : undefined;
}

function found(data: ReadonlyMap<string, GoJson>, version: string): FoundAnswer {
  const text = writeGoJson(data, { html: 'escaped', numbers: 'literal' });
  return { kind: 'found', value: new SecretValue(Buffer.from(text, 'latin1')), version };
}

/** A version's number begins anew when its metadata was deleted, so the time belongs to it (vault.md R-67). */
function versionOf(metadata: ReadonlyMap<string, GoJson> | undefined): string {
  return ['version', 'created_time'].map((name) => textOf(metadata?.get(name) ?? null)).join(' ');
}

/** An answer from a standby that is behind shows an older version than one we hold (vault.md R-68). */
export function isOlder(version: string, held: string): boolean {
  const [[number, time], [heldNumber, heldTime]] = [version.split(' '), held.split(' ')];
  return Number(number) < Number(heldNumber) && Date.parse(time ?? '') <= Date.parse(heldTime ?? '');
}

function goneText({ storeId, path, version }: KvSubject, metadata: ReadonlyMap<string, GoJson> | undefined): string {
  const number = textOf(metadata?.get('version') ?? null) || version;
  const what = `${storeId}: ${number === '' ? 'the current version' : `version ${number}`} of ${path}`;
  if (metadata?.get('destroyed') === true) return `${what} was destroyed`;
  const deletedAt = textOf(metadata?.get('deletion_time') ?? null);
  return deletedAt === '' ? `${what} holds no data` : `${what} was deleted at ${deletedAt}`;
}

/** Texts as they are, what else there may be as JSON. */
function textOf(value: GoJson): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : writeGoJson(value, { html: 'plain', numbers: 'literal' });
}

function invalidAnswer({ storeId, path }: KvSubject, what: string): AgentError {
  return new AgentError('STORE_ANSWER_INVALID', `${storeId}: Vault's answer for ${path} ${what}`, {
    hint: 'Compare spec.provider.vault.version and path with the mount: v1 and v2 of the KV engine answer differently.',
  });
}
