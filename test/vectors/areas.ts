import { AgentError } from '../../agent/core/agent-error.ts';
import { parseGoDuration } from '../../agent/core/go-duration.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import { readyReason } from '../../agent/core/ready-condition.ts';
import { refreshReason } from '../../agent/core/refresh-decision.ts';
import type { SyncWindows } from '../../agent/core/spec.ts';
import { type LabelSelector, storeAllows } from '../../agent/core/store-conditions.ts';
import { refreshAllowed } from '../../agent/core/sync-windows.ts';
import { parameterStoreArea, secretsManagerArea } from './aws-areas.ts';
import { bytesOf, type Fields, fields, textOr } from './fields.ts';
import { specOf } from './manifests.ts';
import type { Adapter } from './operations.ts';
import type { Outcome } from './outcome.ts';
import { pipeline, resolved } from './pipeline.ts';
import { refreshedOutcome } from './refreshed.ts';
import { vaultCalls } from './vault-calls.ts';

/** One adapter an area, for cases without an op: by the area's whole name, else by its first part. */
export const areas: Readonly<Record<string, Adapter>> = {
  'aws-sm': secretsManagerArea,
  'aws-ps': parameterStoreArea,
  fake: fakeStore,
  nullByte,
  refresh,
  'store.conditions': storeConditions,
  syncWindows: ({ at, ...windows }) => fact('refreshAllowed', refreshAllowed(windowsOf(windows), new Date(textOr(at, '')))),
  status,
  'vault.calls': vaultCalls,
};

function fact(name: string, value: unknown): Outcome {
  return { kind: 'facts', facts: { [name]: value } };
}

function milliseconds(duration: unknown): number {
  const parsed = parseGoDuration(textOr(duration, ''));
  if ('wrong' in parsed) throw new Error(parsed.wrong);
  return Number(parsed.ns) / 1e6;
}

function windowsOf({ kind, windows }: Fields): SyncWindows {
  const list = Array.isArray(windows) ? windows.map(fields) : [];
  return {
    kind: kind === 'deny' ? 'deny' : 'allow',
    windows: list.map(({ schedule, duration }) => ({ schedule: textOr(schedule, ''), durationMs: milliseconds(duration) })),
  };
}

/** A fake store that holds `data`, read by key or searched by name. */
function fakeStore({ data, find, key, version, property, extract, ...rest }: Fields, expect: Fields): Promise<Outcome> {
  const remoteRef = { key, version, property };
  const name = fields(find)['name'];
  const entries = find
    ? { dataFrom: [{ find: { name: typeof name === 'string' ? { regexp: name } : name } }] }
    : extract || 'map' in expect
      ? { dataFrom: [{ extract: extract ?? remoteRef }] }
      : { data: [{ secretKey: 'value', remoteRef }] };
  return refreshedOutcome({ ...entries, target: { deletionPolicy: rest['deletionPolicy'] } }, { fake: { data } }, { expect });
}

function nullByte({ nullBytePolicy, decodingStrategy, value }: Fields, expect: Fields): Promise<Outcome> {
  const remoteRef = { key: 'k', nullBytePolicy: nullBytePolicy || 'Ignore', decodingStrategy: decodingStrategy || 'None' };
  const input = { store: { k: { b64: bytesOf(value).toString('base64') } }, data: [{ secretKey: 'value', remoteRef }] };
  return pipeline(input, expect).then((outcome) => onlyValue(outcome, expect));
}

function onlyValue(outcome: Outcome, expect: Fields): Outcome {
  const value = outcome.kind === 'map' && 'value' in expect ? outcome.map.get('value') : undefined;
  return value ? { kind: 'value', value } : outcome;
}

const hourMs = 3_600_000;
const noon = Date.parse('2026-01-01T12:00:00Z');

/** As ESO decides. Unless a case says otherwise it was synced a second ago, and nothing happened since. */
async function refresh(input: Fields): Promise<Outcome> {
  const { refreshPolicy, refreshInterval, syncWindows, creationPolicy } = input;
  const target = creationPolicy === undefined ? {} : { target: { creationPolicy } };
  const data = [{ secretKey: 'k', remoteRef: { key: 'k' } }];
  const settings = Object.entries({ refreshPolicy, refreshInterval, syncWindows }).filter(([, value]) => value !== undefined);
  const read = await specOf({ ...Object.fromEntries(settings), ...target, data });
  if ('outcome' in read) return read.outcome;
  const [secret] = read.spec.externalSecrets;
  if (!secret) throw new TypeError('the spec was accepted, and holds no external secret');
  const now = typeof input['at'] === 'string' ? Date.parse(input['at']) : noon;
  const facts = {
    refreshedAt: input['synced'] === false ? undefined : refreshedAt(input, now),
    isChanged: ['specChanged', 'annotationChanged', 'labelChanged', 'labelsChanged'].some((name) => input[name] === true),
    isForced: input['forceSync'] === true,
    isTargetDamaged: ['targetTampered', 'targetMissing', 'targetDeleted'].some((name) => input[name] === true),
  };
  const { creationPolicy: policy } = secret.target;
  return fact('refresh', refreshReason({ ...secret, creationPolicy: policy }, facts, now, 'eso') !== undefined);
}

function refreshedAt({ elapsed, sinceRefresh, refreshTime }: Fields, now: number): number {
  if (typeof refreshTime === 'string') return /future/.test(refreshTime) ? now + hourMs : Date.parse(refreshTime);
  const since = elapsed ?? sinceRefresh;
  return now - (since === undefined ? 1_000 : milliseconds(since));
}

function storeConditions({ conditions, namespace, namespaceLabels }: Fields): Outcome {
  const list = Array.isArray(conditions) ? conditions.map(fields) : [];
  const decoded = list.map(({ namespaceSelector, namespaces, namespaceRegexes }) => ({
    ...(namespaceSelector ? { namespaceSelector: selectorOf(fields(namespaceSelector)) } : {}),
    ...(Array.isArray(namespaces) ? { namespaces: namespaces.map(String) } : {}),
    ...(Array.isArray(namespaceRegexes)
      ? { namespaceRegexes: namespaceRegexes.map((source) => compileRegexp(String(source))) }
      : {}),
  }));
  return fact('allowed', storeAllows(decoded, { name: textOr(namespace, ''), labels: textsOf(namespaceLabels) }));
}

function selectorOf({ matchLabels, matchExpressions }: Fields): LabelSelector {
  const expressions = Array.isArray(matchExpressions) ? matchExpressions.map(fields) : [];
  return {
    matchLabels: textsOf(matchLabels),
    matchExpressions: expressions.map(({ key, operator, values }) => ({
      key: textOr(key, ''),
      operator: operator === 'In' || operator === 'NotIn' || operator === 'DoesNotExist' ? operator : 'Exists',
      values: Array.isArray(values) ? values.map(String) : [],
    })),
  };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, text]) => [key, String(text)]));
}

/** The condition after a refresh that gave entries, unless the case says that there were none (`n: 0`, `data: empty`). */
async function status(input: Fields): Promise<Outcome> {
  const { creationPolicy, deletionPolicy, target } = input;
  const isEmpty = Object.entries(input).some(([name, value]) => !/target/i.test(name) && (value === 0n || value === 'empty'));
  const policies = Object.entries({ creationPolicy, deletionPolicy }).filter(([, value]) => value !== undefined);
  const find = { name: { regexp: isEmpty ? '^nothing$' : '.*' } };
  const read = await specOf({ target: Object.fromEntries(policies), dataFrom: [{ find }] });
  if ('outcome' in read) return read.outcome;
  try {
    const result = resolved(read.spec, new Map([['k', Buffer.from('v')]]));
    const policy = read.spec.externalSecrets[0]?.target ?? { creationPolicy: 'Owner' };
    return { kind: 'facts', facts: { Ready: 'True', reason: readyReason(policy, result, target !== 'absent') } };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { kind: 'facts', facts: { Ready: 'False', reason: 'SecretSyncedError' } };
  }
}
