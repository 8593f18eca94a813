import type { Status } from '../core/status.ts';
import type { Family } from './exposition.ts';
import type { Counts } from './meter.ts';

/** Logins and leases; none of them is there for a spec without Vault. */
export function vaultFamilies(counts: Counts, status: Status, nowMs: number): readonly Family[] {
  const all: readonly Family[] = [
    {
      name: 'keytide_vault_logins_total',
      type: 'counter',
      help: 'Logins to Vault, by method and result: ok or an error class.',
      samples: counts.vaultLogins.samples(),
    },
    {
      name: 'keytide_vault_token_renewals_total',
      type: 'counter',
      help: 'Renewals of Vault tokens, by method of the login and result.',
      samples: counts.vaultRenewals.samples(),
    },
    {
      name: 'keytide_vault_token_ttl_seconds',
      type: 'gauge',
      help: 'Seconds that the Vault token in use lives if it is not renewed; +Inf for one without end.',
      samples: [...counts.tokenEnds].map(([store, endsMs]) => ({
        labels: { store },
        value: Math.max(0, endsMs - nowMs) / 1_000,
      })),
    },
    {
      name: 'keytide_lease_renewals_total',
      type: 'counter',
      help: 'Renewals of leases, by generator and result.',
      samples: counts.leaseRenewals.samples(),
    },
    {
      name: 'keytide_lease_expiry_timestamp_seconds',
      type: 'gauge',
      help: 'When the first of the credentials that an external secret shows ends if nothing is done, in seconds since the epoch.',
      samples: status.externalSecrets.flatMap(({ name, leases = [] }) => {
        const ends = leases.map(({ expiresAt }) => Date.parse(expiresAt) / 1_000);
        return ends.length === 0 ? [] : [{ labels: { name }, value: Math.min(...ends) }];
      }),
    },
  ];
  return all.filter(({ samples }) => samples.length > 0);
}
