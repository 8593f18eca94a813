import type { DeliveryStatus, ExternalSecretStatus, Status, StoreStatus } from '../../agent/core/status.ts';

export const startedMs = Date.UTC(2026, 10, 22, 10, 0, 0);

/** A status as it is after a minute of one external secret, unless told otherwise. */
export function statusOf(parts: Partial<Status> = {}): Status {
  return {
    schemaVersion: 1,
    startedAt: new Date(startedMs).toISOString(),
    spec: { accepted: true, errors: [] },
    stores: [store()],
    externalSecrets: [externalSecret()],
    deliveries: [delivery()],
    ...parts,
  };
}

export function store(parts: Partial<StoreStatus> = {}): StoreStatus {
  return { name: 'aws', kind: 'SecretStore', ready: true, reason: 'Valid', ...parts };
}

export function externalSecret(parts: Partial<ExternalSecretStatus> = {}): ExternalSecretStatus {
  return {
    ...{ name: 'db', namespace: 'shop', store: 'SecretStore/aws', refreshInterval: '1h', ready: true, reason: 'SecretSynced' },
    refreshedAt: new Date(startedMs + 60_000).toISOString(),
    warnings: [],
    ...parts,
  };
}

function delivery(parts: Partial<DeliveryStatus> = {}): DeliveryStatus {
  return {
    name: 'db',
    directory: 'db',
    state: 'acknowledged',
    published: 2,
    acknowledged: 1,
    held: false,
    files: ['password'],
    ...parts,
  };
}
