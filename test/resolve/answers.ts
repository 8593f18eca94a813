import type { AgentError } from '../../agent/core/agent-error.ts';
import type { PropertyDialect } from '../../agent/core/dialect.ts';
import { type Answer, type Fetched, type Found, refId } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { DataFromEntry, ExternalSecret, Find, RemoteRef, Rewrite, Target } from '../../agent/core/spec.ts';

/** As AWS reads properties. */
export const rawDialect: PropertyDialect = {
  order: 'literal-first',
  numbers: 'raw',
  missingProperty: 'error',
  findKeys: 'as-listed',
  json: 'lenient',
};

export const store = 'SecretStore/aws';

export function externalSecret(parts: Partial<ExternalSecret>, target: Partial<Target> = {}): ExternalSecret {
  return {
    ...{
      name: 'db',
      labels: {},
      annotations: {},
      refreshPolicy: 'Periodic',
      refreshIntervalMs: 3_600_000,
      refreshInterval: '1h',
    },
    ...{ data: [], dataFrom: [], digest: '' },
    target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false, ...target },
    ...parts,
  };
}

function remoteRef(key: string, parts: Partial<RemoteRef> = {}): RemoteRef {
  return {
    ...{ key, property: '', version: '', metadataPolicy: 'None' },
    ...{ conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' },
    ...parts,
  };
}

export function entry(secretKey: string, key: string, parts: Partial<RemoteRef> = {}): ExternalSecret['data'][number] {
  return { secretKey, store, remoteRef: remoteRef(key, parts) };
}

export function extract(key: string, parts: Partial<RemoteRef> = {}, rewrite: readonly Rewrite[] = []): DataFromEntry {
  return { kind: 'extract', store, remoteRef: remoteRef(key, parts), rewrite };
}

export function find(parts: Partial<Find> = {}, rewrite: readonly Rewrite[] = []): DataFromEntry {
  const settings: Find = { query: {}, conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' };
  return { kind: 'find', store, find: { ...settings, ...parts }, rewrite };
}

export function found(text: string | Uint8Array): Answer {
  const value = typeof text === 'string' ? SecretValue.ofText(text) : new SecretValue(text);
  return { kind: 'found', value, version: '1' };
}

export function hit(key: string, text: string): Found {
  return { kind: 'found', key, value: SecretValue.ofText(text), version: '1' };
}

/** A store that answers these keys; all others are missing. Objects with a version or as metadata go by `KEY@VERSION`, `KEY metadata`. */
export function fetched(answers: Readonly<Record<string, Answer>>, hits: readonly Found[] | AgentError = []): Fetched {
  return {
    value: (_store, ref) => {
      const name = `${ref.key}${ref.version && `@${ref.version}`}${ref.kind === 'metadata' ? ' metadata' : ''}`;
      return answers[name] ?? { kind: 'missing', reason: `${store} has no object ${name} (${refId(ref)})` };
    },
    find: () => hits,
  };
}
