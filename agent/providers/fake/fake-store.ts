import { readFile } from 'node:fs/promises';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { Answer, FindQuery, Found, ObjectRef } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { Store } from '../../core/spec.ts';
import type { Provider } from '../provider.ts';
import { decodeDataFile } from './data-file.ts';
import { dataFileOf, type FakeConfig, type FakeObject } from './fake.ts';
import { markOfFile, watchFile } from './watch-file.ts';

/** Reads the data file anew for each round; without one the manifest's data is all there is. */
export async function openFake(store: Store, config: FakeConfig, effects: Effects): Promise<Provider> {
  const path = dataFileOf(store);
  let stopWatching: (() => void) | undefined;
  let seen: string | undefined;
  return {
    async read(refs, _known, signal) {
      const objects = await objectsNow('Get', signal);
      return new Map(refs.map((ref) => [ref, answer(store.id, objects, ref)]));
    },
    find: async (query, signal) => find(await objectsNow('Find', signal), query),
    watch(changed) {
      if (path !== undefined) stopWatching ??= watchFile(path, seen, changed);
    },
    close: async () => stopWatching?.(),
  };

  async function objectsNow(operation: string, signal: AbortSignal): Promise<readonly FakeObject[]> {
    const startedAt = performance.now();
    try {
      signal.throwIfAborted();
      if (path !== undefined) seen = await markOfFile(path);
      if (config.validationResult !== undefined && config.validationResult !== 0) throw refusedByManifest(store.id);
      const objects = path === undefined ? config.data : [...config.data, ...(await readData(store.id, path))];
      effects.onRequest({ store: store.id, operation, class: 'ok', seconds: (performance.now() - startedAt) / 1000 });
      return objects;
    } catch (error) {
      const failure = error instanceof AgentError ? errorClass(error) : 'unavailable';
      effects.onRequest({ store: store.id, operation, class: failure, seconds: (performance.now() - startedAt) / 1000 });
      throw error;
    }
  }
}

function refusedByManifest(id: string): AgentError {
  return new AgentError('STORE_UNAVAILABLE', `${id} refuses everything, as its validationResult says`);
}

async function readData(id: string, path: string): Promise<readonly FakeObject[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new AgentError('STORE_UNAVAILABLE', `${id}: its data file ${path} can't be read (${code})`);
  });
  return decodeDataFile(id, path, text);
}

function answer(id: string, objects: readonly FakeObject[], ref: ObjectRef): Answer {
  if (ref.kind === 'metadata') {
    return {
      kind: 'failed',
      error: new AgentError('REQUEST_INVALID', `${id}: a fake store has no metadata to fetch for ${ref.key}`),
    };
  }
  const found = objects.findLast(({ key, version }) => key === ref.key && version === ref.version);
  if (found) return { kind: 'found', value: SecretValue.ofText(found.value), version: found.version };
  const which = ref.version === '' ? '' : ` in version ${ref.version}`;
  return { kind: 'missing', reason: `${id} has no object ${ref.key}${which}` };
}

/** By name only; of several versions the one whose text is highest. */
function find(objects: readonly FakeObject[], { name }: FindQuery): readonly Found[] {
  if (!name)
    throw new AgentError('REQUEST_INVALID', 'a fake store can be searched by name.regexp only', {
      hint: 'Give find.name.regexp.',
    });
  const newest = new Map<string, FakeObject>();
  for (const object of objects) {
    const other = newest.get(object.key);
    if (name.matches(object.key) && (!other || other.version <= object.version)) newest.set(object.key, object);
  }
  return [...newest.values()].map(({ key, value, version }) => ({
    kind: 'found',
    key,
    value: SecretValue.ofText(value),
    version,
  }));
}
