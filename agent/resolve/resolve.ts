import { AgentError, errorClass } from '../core/agent-error.ts';
import type { PropertyDialect } from '../core/dialect.ts';
import type { Fetched, Found } from '../core/object-ref.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import type { DataFromEntry, DecodingStrategy, ExternalSecret, NullBytePolicy, RemoteRef } from '../core/spec.ts';
import { decoded } from './decoding.ts';
import { checkFileName, convertKeys, type Values, validKeys } from './entry-keys.ts';
import { extracted } from './extract.ts';
import { at, Failure, NoSecret } from './failure.ts';
import { refOf } from './needs.ts';
import { readProperty } from './property.ts';
import { type KeyTransform, rewritten } from './rewrite.ts';

/** What each `find` read, by its place in dataFrom: handed to the next `resolve`, so that what was readable can't vanish silently. */
export type Listed = ReadonlyMap<number, ReadonlySet<string>>;

/** What an external secret's answers come to. */
export type Resolved = {
  /** Things the operator should know although the refresh succeeded. No values. */
  readonly warnings: readonly string[];
  readonly listed: Listed;
} & (
  | { readonly kind: 'entries'; readonly entries: Entries }
  /** Nothing is left, and that is no error: `SecretSynced` leaves what is published alone, `SecretDeleted` takes it away (eso.md 1.5). */
  | { readonly kind: 'empty'; readonly outcome: 'SecretSynced' | 'SecretDeleted' }
);

export interface ResolveWorld {
  readonly dialects: (store: string) => PropertyDialect;
  /** For `rewrite.transform`. */
  readonly transform: KeyTransform;
  /** Of the refresh before. */
  readonly previous?: Listed | undefined;
}

/**
 * ESO's pipeline from answers to entries, in its order (eso.md 1.4). Pure. Throws SECRET_MISSING for what doesn't exist under
 * deletionPolicy Retain, RESOLVE_FAILED for values that don't fit the manifest, and the store's own error for an answer that failed.
 */
export function resolve(
  externalSecret: ExternalSecret,
  fetched: Fetched,
  { dialects, transform, previous = new Map() }: ResolveWorld,
): Resolved {
  const run: Run = { externalSecret, fetched, dialects, transform, previous, values: new Map(), warnings: [], listed: new Map() };
  for (const [index, entry] of externalSecret.dataFrom.entries()) {
    const place = `external secret ${externalSecret.name}: dataFrom[${index}]`;
    tolerateNoSecret(run, place, () => at(place, () => dataFromValues(run, entry, index)));
  }
  for (const [index, { secretKey, store, remoteRef }] of externalSecret.data.entries()) {
    const place = `external secret ${externalSecret.name}: data[${index}] (${secretKey})`;
    tolerateNoSecret(run, place, () => at(place, () => new Map([[secretKey, dataValue(run, secretKey, store, remoteRef)]])));
  }
  return outcome(run);
}

interface Run {
  readonly externalSecret: ExternalSecret;
  readonly fetched: Fetched;
  readonly dialects: (store: string) => PropertyDialect;
  readonly transform: KeyTransform;
  readonly previous: Listed;
  readonly values: Map<string, Uint8Array>;
  readonly warnings: string[];
  readonly listed: Map<number, ReadonlySet<string>>;
}

/** Later entries replace earlier keys. What doesn't exist fails everything, or only this entry, as deletionPolicy says. */
function tolerateNoSecret(run: Run, place: string, work: () => Values): void {
  try {
    for (const [key, value] of work()) run.values.set(key, value);
  } catch (error) {
    if (!(error instanceof NoSecret)) throw error;
    if (run.externalSecret.target.deletionPolicy === 'Retain')
      throw new AgentError('SECRET_MISSING', `${place}: ${error.message}`);
    run.warnings.push(`${place}: ${error.message}; left out, as deletionPolicy says`);
  }
}

function dataFromValues(run: Run, entry: DataFromEntry, index: number): Values {
  if (entry.kind === 'generator') return validKeys(rewritten(madeValues(run, entry, index), entry.rewrite, run.transform));
  const settings = entry.kind === 'find' ? entry.find : entry.remoteRef;
  const values = entry.kind === 'find' ? findValues(run, entry, index) : extractValues(run, entry.store, entry.remoteRef);
  const named = rewritten(values, entry.rewrite, run.transform);
  // Any rewrite switches the conversion off: keys that are still illegal then fail.
  const keyed = validKeys(entry.rewrite.length > 0 ? named : convertKeys(named, settings.conversionStrategy));
  return new Map([...keyed].map(([key, value]) => [key, finished(key, value, settings)]));
}

interface Finish {
  readonly decodingStrategy: DecodingStrategy;
  readonly nullBytePolicy: NullBytePolicy;
}

function finished(key: string, value: Uint8Array, { decodingStrategy, nullBytePolicy }: Finish): Uint8Array {
  try {
    const bytes = decoded(value, decodingStrategy);
    if (nullBytePolicy === 'Fail' && bytes.includes(0))
      throw new Failure('the value has a null byte, which nullBytePolicy forbids');
    return bytes;
  } catch (error) {
    throw error instanceof Failure ? new Failure(`key ${key}: ${error.message}`) : error;
  }
}

function findValues(run: Run, entry: Extract<DataFromEntry, { kind: 'find' }>, index: number): Values {
  const hits = run.fetched.find(entry.store, entry.find.query);
  if (hits instanceof AgentError) {
    if (hits.code === 'SECRET_MISSING') throw new NoSecret(hits.message);
    throw hits;
  }
  const readable = hits.filter((hit) => isReadable(run, entry.store, index, hit));
  run.listed.set(index, new Set(readable.map(({ key }) => key)));
  const values: Values = new Map(
    readable.flatMap((hit) => (hit.kind === 'found' ? [[hit.key, hit.value.reveal()] as const] : [])),
  );
  const { findKeys } = run.dialects(entry.store);
  return findKeys === 'convert-first' ? convertKeys(values, entry.find.conversionStrategy) : values;
}

/**
 * ESO leaves out what was listed and can't be read. So do we, with a warning, when the store refuses it for good and it never was
 * readable before; else the whole refresh fails, and the old files stay.
 */
function isReadable(run: Run, store: string, index: number, hit: Found): boolean {
  if (hit.kind === 'found') return true;
  const passes = ['auth', 'throttled', 'unavailable'].includes(errorClass(hit.error));
  if (passes || run.previous.get(index)?.has(hit.key)) throw hit.error;
  run.warnings.push(
    `external secret ${run.externalSecret.name}: dataFrom[${index}]: ${store} lists ${hit.key}, which can't be read and is left out: ${hit.error.message}`,
  );
  return false;
}

/** What a generator makes is neither converted nor decoded (eso.md 3.1). */
function madeValues({ fetched }: Run, { generator }: DataFromEntry & { kind: 'generator' }, index: number): Values {
  const made = fetched.made?.(index) ?? notAsked(generator);
  if (!(made instanceof AgentError)) return new Map([...made].map(([key, value]) => [key, value.reveal()]));
  if (made.code === 'SECRET_MISSING') throw new NoSecret(made.message);
  throw made;
}

function notAsked(generator: string): AgentError {
  return new AgentError('REQUEST_INVALID', `${generator} is not asked here: each answer is a credential that lives on`, {
    hint: 'Generators are asked by `keytide init` and `keytide run` only.',
  });
}

function extractValues(run: Run, store: string, remoteRef: RemoteRef): Values {
  return extracted(objectValue(run, store, remoteRef), run.dialects(store).numbers);
}

function dataValue(run: Run, secretKey: string, store: string, remoteRef: RemoteRef): Uint8Array {
  return finished(secretKey, objectValue(run, store, remoteRef), remoteRef);
}

/** The object's bytes, or what `property` selects in them. */
function objectValue(run: Run, store: string, remoteRef: RemoteRef): Uint8Array {
  const answer = run.fetched.value(store, refOf(remoteRef));
  switch (answer.kind) {
    case 'failed':
      throw answer.error;
    case 'missing':
      throw new NoSecret(answer.reason);
    case 'unchanged':
      throw new AgentError('STORE_ANSWER_INVALID', `${store} left the value of ${remoteRef.key} out of its answer`);
  }
  const { property } = remoteRef;
  if (property === '') return answer.value.reveal();
  const dialect = run.dialects(store);
  const value = readProperty((answer.propertyValue ?? answer.value).reveal(), property, dialect);
  if (value) return value;
  const message = `${store} has ${remoteRef.key}, but no property ${property} in it`;
  throw dialect.missingProperty === 'missing' ? new NoSecret(message) : new Failure(message);
}

function outcome(run: Run): Resolved {
  const { externalSecret, warnings, listed } = run;
  at(`external secret ${externalSecret.name}`, () => {
    for (const key of run.values.keys()) checkFileName(key);
  });
  const { creationPolicy, deletionPolicy } = externalSecret.target;
  if (run.values.size > 0 || deletionPolicy === 'Merge') {
    const entries = new Map([...run.values].map(([key, value]) => [key, new SecretValue(value)]));
    return { kind: 'entries', entries, warnings, listed };
  }
  if (deletionPolicy === 'Retain') return { kind: 'empty', outcome: 'SecretSynced', warnings, listed };
  if (creationPolicy === 'Owner') return { kind: 'empty', outcome: 'SecretDeleted', warnings, listed };
  throw new AgentError(
    'RESOLVE_FAILED',
    `external secret ${externalSecret.name}: nothing is left, and deletionPolicy Delete deletes only with creationPolicy Owner`,
  );
}
