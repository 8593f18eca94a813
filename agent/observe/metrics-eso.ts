import type { ExternalSecretStatus, Status } from '../core/status.ts';
import type { Family, Sample } from './exposition.ts';
import type { Counts } from './meter.ts';

/**
 * The names and labels of External Secrets Operator, so that its dashboards and alerts go on working; and the plural names that
 * tutorials show, which no release of it ever had. Only external secrets of the running spec have series.
 */
export function esoFamilies(counts: Counts, status: Status): readonly Family[] {
  const secrets = status.externalSecrets;
  return [
    {
      name: 'externalsecret_sync_calls_total',
      type: 'counter',
      help: 'Refreshes of an external secret.',
      samples: secrets.map((each) => ({ labels: named(each), value: counts.syncs.get(named(each)) })),
    },
    {
      name: 'externalsecret_sync_calls_error',
      type: 'counter',
      help: 'Refreshes of an external secret that failed.',
      samples: secrets.map((each) => ({ labels: named(each), value: counts.syncErrors.get(named(each)) })),
    },
    {
      name: 'externalsecret_reconcile_duration',
      type: 'gauge',
      help: 'Nanoseconds that the last refresh took.',
      samples: secrets.flatMap((each) => {
        const ms = counts.syncMs.get(each.name);
        return ms === undefined ? [] : [{ labels: named(each), value: Math.round(ms * 1e6) }];
      }),
    },
    {
      name: 'externalsecret_status_condition',
      type: 'gauge',
      help: '1 for the current state of the Ready condition, 0 for its opposite.',
      samples: secrets.filter(({ reason }) => reason !== 'Pending').flatMap((each) => ready(named(each), each.ready)),
    },
    {
      name: 'externalsecret_provider_api_calls_count',
      type: 'counter',
      help: 'Calls to the API of a store.',
      samples: counts.providerCalls.samples(),
    },
    ...storeFamilies(status),
    ...pluralFamilies(counts, status),
  ];
}

/** Its words for a request; undefined for what it doesn't count (logins). */
export function esoCall(provider: string, operation: string): { readonly provider: string; readonly call: string } | undefined {
  if (provider === 'vault' || provider === 'openBao') return vaultCall(provider, operation);
  if (provider !== 'aws') return { provider, call: operation };
  if (/^(Assume|GetCallerIdentity)/.test(operation)) return undefined;
  const isParameter = /Parameter|TagsForResource/.test(operation);
  return {
    provider: isParameter ? 'AWS/ParameterStore' : 'AWS/SecretsManager',
    call: operation === 'DescribeParameters' ? 'DescribeParameter' : operation,
  };
}

function vaultCall(provider: 'vault' | 'openBao', operation: string): ReturnType<typeof esoCall> {
  const call = new Map([
    ['read secret', 'ReadSecretData'],
    ['list secrets', 'ListSecrets'],
  ]).get(operation);
  return call === undefined ? undefined : { provider: provider === 'vault' ? 'HashiCorp/Vault' : 'OpenBao', call };
}

function storeFamilies({ stores, externalSecrets }: Status): readonly Family[] {
  const namespace = externalSecrets[0]?.namespace ?? '';
  const conditionsOf = (kind: string, ofNamespace: string): readonly Sample[] =>
    stores.filter((each) => each.kind === kind).flatMap(({ name, ready: is }) => ready({ name, namespace: ofNamespace }, is));
  const help = '1 for the current state of the Ready condition, 0 for its opposite.';
  return [
    { name: 'secretstore_status_condition', type: 'gauge', help, samples: conditionsOf('SecretStore', namespace) },
    { name: 'clustersecretstore_status_condition', type: 'gauge', help, samples: conditionsOf('ClusterSecretStore', '') },
  ];
}

function pluralFamilies(counts: Counts, { externalSecrets, stores }: Status): readonly Family[] {
  return [
    {
      name: 'externalsecrets_sync_calls_total',
      type: 'counter',
      help: 'Refreshes of an external secret, by result.',
      samples: externalSecrets.flatMap((each) => {
        const failed = counts.syncErrors.get(named(each));
        return [
          { labels: { ...named(each), status: 'success' }, value: counts.syncs.get(named(each)) - failed },
          { labels: { ...named(each), status: 'error' }, value: failed },
        ];
      }),
    },
    {
      name: 'externalsecrets_sync_call_errors_total',
      type: 'counter',
      help: 'Refreshes of an external secret that failed.',
      samples: externalSecrets.map((each) => ({ labels: named(each), value: counts.syncErrors.get(named(each)) })),
    },
    {
      name: 'externalsecrets_store_last_sync_error_condition',
      type: 'gauge',
      help: '1 when the last refresh that asked this store failed as a whole.',
      samples: stores.map(({ name, kind, ready: is }) => ({ labels: { name, kind }, value: is ? 0 : 1 })),
    },
  ];
}

/** The labels of both kinds of names, always in this order. */
function named({ name, namespace }: ExternalSecretStatus): { readonly name: string; readonly namespace: string } {
  return { name, namespace };
}

function ready(labels: Sample['labels'], isReady: boolean): readonly Sample[] {
  return [
    { labels: { ...labels, condition: 'Ready', status: 'True' }, value: isReady ? 1 : 0 },
    { labels: { ...labels, condition: 'Ready', status: 'False' }, value: isReady ? 0 : 1 },
  ];
}
