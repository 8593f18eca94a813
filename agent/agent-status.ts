import type { ExternalSecret } from './core/spec.ts';
import { type ExternalSecretStatus, errorStatus, type LeaseStatus, type Status } from './core/status.ts';
import type { Deliverer } from './deliverer-world.ts';
import type { RemoteFacts } from './resolve/remote-facts.ts';
import type { SecretClock } from './secret-clock.ts';
import type { StoreReader } from './store-reader.ts';

/** What of a running spec status is made of. */
export interface Shown {
  readonly readers: Iterable<StoreReader>;
  readonly clocks: Iterable<SecretClock>;
  readonly deliverers: Iterable<Deliverer>;
  readonly leases: (externalSecret: string) => readonly LeaseStatus[];
  /** Of the pod. */
  readonly namespace: string;
}

/** What `status` says. */
export function agentStatus(shown: Shown, spec: Status['spec'], startedAt: Date): Status {
  return {
    ...{ schemaVersion: 1, startedAt: startedAt.toISOString(), spec },
    stores: [...shown.readers].map((reader) => reader.status()),
    externalSecrets: [...shown.clocks].map((each) => secretStatus(each, shown)),
    deliveries: [...shown.deliverers].map((deliverer) => deliverer.status()),
  };
}

function secretStatus(each: SecretClock, { namespace, leases }: Shown): ExternalSecretStatus {
  const { secret, error, refreshedAt, dueAt, facts } = each;
  const ofLeases = leases(secret.name);
  return {
    ...{ name: secret.name, namespace: secret.namespace ?? namespace, refreshInterval: secret.refreshInterval },
    store: sourcesOf(each).join(', '),
    ...{ ready: each.successes > 0 && !error, reason: each.reason, warnings: each.warnings },
    ...(refreshedAt === undefined ? {} : { refreshedAt: new Date(refreshedAt).toISOString() }),
    ...(Number.isFinite(dueAt) ? { nextAt: new Date(dueAt).toISOString() } : {}),
    ...(error ? { error: errorStatus(error) } : {}),
    ...(ofLeases.length > 0 ? { leases: ofLeases } : {}),
    ...(facts ? factsStatus(facts) : {}),
  };
}

function factsStatus({ versions, previousVersions, rotatesAt }: RemoteFacts): Partial<ExternalSecretStatus> {
  return {
    ...(versions.size > 0 ? { versions: Object.fromEntries(versions) } : {}),
    ...(previousVersions.size > 0 ? { previousVersions: Object.fromEntries(previousVersions) } : {}),
    ...(rotatesAt === undefined ? {} : { rotatesAt: new Date(rotatesAt).toISOString() }),
  };
}

/** Stores, and generators. */
function sourcesOf({ readers, secret }: SecretClock): readonly string[] {
  return [...readers.keys(), ...generatorsOf(secret)];
}

function generatorsOf({ dataFrom }: ExternalSecret): readonly string[] {
  return [...new Set(dataFrom.flatMap((entry) => (entry.kind === 'generator' ? [entry.generator] : [])))];
}
