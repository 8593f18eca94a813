import { AgentError } from '../../agent/core/agent-error.ts';
import { type Fetched, type Found, queryId } from '../../agent/core/object-ref.ts';
import { readyReason } from '../../agent/core/ready-condition.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { SecretKeyRef, Spec } from '../../agent/core/spec.ts';
import { needsOf } from '../../agent/resolve/needs.ts';
import { type Resolved, resolve } from '../../agent/resolve/resolve.ts';
import type { KeyTransform } from '../../agent/resolve/rewrite.ts';
import { secretTemplates } from '../../agent/template/secret-templates.ts';
import type { TargetWorld } from '../../agent/template/target-template.ts';
import { noMemory } from '../template/rendering.ts';
import { bytesOf, type Fields, fields } from './fields.ts';
import { specOf } from './manifests.ts';
import type { Outcome } from './outcome.ts';

/** A whole ExternalSecret, read by the agent's own decoder, against a store that holds `input.store`. */
export async function pipeline(input: Fields, expect: Fields): Promise<Outcome> {
  const { store, template, op: _op, data, dataFrom, ...rest } = input;
  const { deletionPolicy, creationPolicy, immutable, target, ...others } = rest;
  const read = await specOf({
    ...others,
    ...(data === undefined ? {} : { data: listOf(data).map(dataEntry) }),
    ...(dataFrom === undefined ? {} : { dataFrom: listOf(dataFrom).map(dataFromEntry) }),
    target: withoutAbsent({ ...fields(target), deletionPolicy, creationPolicy, immutable, template }),
  });
  if ('outcome' in read) return read.outcome;
  return seen(
    () => rendered(read.spec, new Map(Object.entries(fields(store)).map(([key, value]) => [key, bytesOf(value)]))),
    expect,
  );
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

/** The vectors write the members of remoteRef beside secretKey. */
function dataEntry({ secretKey, remoteRef, sourceRef, ...flat }: Fields): Fields {
  return withoutAbsent({ secretKey, sourceRef, remoteRef: remoteRef ?? flat });
}

/** The vectors write `find.name` as the expression itself. */
function dataFromEntry({ find, ...entry }: Fields): Fields {
  if (find === undefined) return entry;
  const { name, ...query } = fields(find);
  return {
    ...entry,
    find: { ...query, ...(name === undefined ? {} : { name: typeof name === 'string' ? { regexp: name } : name }) },
  };
}

function withoutAbsent(members: Fields): Fields {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Resolved, and made into what `target.template` says. */
async function rendered(spec: Spec, objects: ReadonlyMap<string, Uint8Array>): Promise<Resolved> {
  const [secret] = spec.externalSecrets;
  if (!secret) throw new TypeError('the spec was accepted, and holds no external secret');
  const templates = await secretTemplates(secret, templateWorld(spec));
  const result = resolved(spec, objects, templates.transform);
  return result.kind === 'entries' ? { ...result, ...(await templates.render(result.entries)) } : result;
}

/** ConfigMaps and Secrets are those of the spec. */
export function templateWorld({ configMaps, secrets }: Pick<Spec, 'configMaps' | 'secrets'>): TargetWorld {
  const read = async (documents: Spec['secrets'], { name, key }: SecretKeyRef): Promise<Uint8Array> => {
    const bytes = documents.get(name)?.get(key);
    if (bytes) return bytes;
    throw new AgentError('CREDENTIALS_MISSING', `no ${name}/${key}`);
  };
  return {
    memory: noMemory,
    configMap: (ref) => read(configMaps, ref),
    credential: async (ref) => new SecretValue(await read(secrets, ref)),
  };
}

/** An object store that holds these bytes, asked for nothing but what the plan says. */
export function resolved(
  spec: Spec,
  objects: ReadonlyMap<string, Uint8Array>,
  transform: KeyTransform = (_, key) => key,
): Resolved {
  const [externalSecret] = spec.externalSecrets;
  const [store] = spec.stores;
  if (!externalSecret || !store) throw new TypeError('the spec was accepted, and holds no external secret');
  const needs = needsOf([externalSecret]);
  const planned = new Set((needs.finds.get(store.id) ?? []).map(queryId));
  const fetched: Fetched = {
    value: (_store, { key }) => {
      const value = objects.get(key);
      return value
        ? { kind: 'found', value: new SecretValue(value), version: '1' }
        : { kind: 'missing', reason: `no object ${key}` };
    },
    find: (_store, query) => {
      if (!planned.has(queryId(query))) throw new TypeError('a find that the plan does not have');
      const hits = [...objects].filter(([key]) => query.name?.matches(key) ?? true);
      return hits.map(([key, value]): Found => ({ kind: 'found', key, value: new SecretValue(value), version: '1' }));
    },
  };
  return resolve(externalSecret, fetched, { dialects: () => store.dialect, transform });
}

/** A case asks either for the entries, or for the status and what becomes of the target. */
async function seen(work: () => Promise<Resolved>, expect: Fields): Promise<Outcome> {
  const wantsStatus = 'status' in expect;
  try {
    const result = await work();
    if (!wantsStatus && result.kind === 'entries') return entriesOutcome(result);
    if (!wantsStatus) return { kind: 'map', map: new Map() };
    const reason = readyReason({ creationPolicy: 'Owner' }, result, true);
    return status('True', reason, result.kind === 'entries' ? 'written' : reason === 'SecretDeleted' ? 'deleted' : 'unchanged');
  } catch (error) {
    if (!wantsStatus || !(error instanceof AgentError)) throw error;
    return status('False', 'SecretSyncedError', 'unchanged');
  }
}

function entriesOutcome({ entries }: Resolved & { kind: 'entries' }): Outcome {
  return { kind: 'map', map: new Map([...entries].map(([key, value]) => [key, value.reveal()])) };
}

/** `target`: what becomes of what is published. */
function status(Ready: 'True' | 'False', reason: string, target: string): Outcome {
  return { kind: 'facts', facts: { status: { Ready, reason }, target } };
}
