import type { TestContext } from 'node:test';
import { vaultSession } from '../../agent/auth/vault/vault-session.ts';
import { vaultRetries } from '../../agent/clients/vault/retries.ts';
import type { DynamicRequest, Generator } from '../../agent/core/generator.ts';
import type { SecretRecord } from '../../agent/core/hand-over.ts';
import type { ExternalSecret } from '../../agent/core/spec.ts';
import { vaultDynamicSecret } from '../../agent/generators/vault-dynamic-secret.ts';
import { type Given, type Ledger, ledger } from '../../agent/leases/ledger.ts';
import { secretRecords } from '../../agent/publish/secret-records.ts';
import { workDir } from '../auth/auth-world.ts';
import { podLogin, type VaultWorld, vaultWorldFor } from '../auth/vault/vault-world.ts';
import type { TokenRules } from '../servers/vault-double-tokens.ts';

export interface LeaseWorld extends VaultWorld {
  readonly directory: string;
  readonly rules: TokenRules;
}

/** A Vault with a role for the pod that may do all that leases need, unless `rules` say otherwise. */
export async function leaseWorld(t: TestContext, rules: TokenRules = {}): Promise<LeaseWorld> {
  const world = await vaultWorldFor(t);
  world.double.policy('app', {
    'database/*': ['read'],
    'pki/*': ['update', 'create'],
    'sys/leases/renew': ['update'],
    'sys/leases/revoke': ['update'],
  });
  return { ...world, directory: await workDir(t), rules: { ttl: 86_400, policies: ['default', 'app'], ...rules } };
}

export function generatorOf(request: Partial<DynamicRequest> & { readonly path: string }): Generator {
  const whole = { method: 'GET', query: {}, resultType: 'Data', allowEmptyResponse: false, ...request } as const;
  return { id: 'VaultDynamicSecret/db', name: 'db', provider: 'vault', config: {}, request: whole, digest: whole.path };
}

/** An agent's ledger, and what it was told. */
export interface LedgerTold {
  readonly ledger: Ledger;
  /** Names of external secrets, each time that a refresh was asked for. */
  readonly refreshes: readonly string[];
  /** A refresh, as the refresher does it. */
  readonly refresh: () => Promise<Given>;
  /** All deliveries have what was given last. */
  readonly settle: () => void;
  readonly stop: (end: 'revoke' | 'keep' | 'crash') => Promise<void>;
}

/** `refreshes: 'on'`: what is asked for happens, and is delivered at once. */
export async function ledgerOf(
  world: LeaseWorld,
  generator: Generator,
  { delivers = true }: { readonly delivers?: boolean } = {},
): Promise<LedgerTold> {
  const { time, auth, busy, client, rules } = world;
  const refreshes: string[] = [];
  const stop = new AbortController();
  const claim = secretRecords(world.directory);
  const record = (name: string): SecretRecord => {
    const { take, write, remove } = claim(name);
    return { take: () => busy(take), write: (value) => busy(() => write(value)), remove: () => busy(remove) };
  };
  const login = podLogin(world, rules);
  let last: Given = { made: new Map(), credentials: new Set() };
  const made = ledger({
    ...{ clock: time.clock, monotonicMs: time.monotonicMs, log: auth.effects.log, signal: stop.signal },
    ...{ record: record('leases'), learn: () => {}, onRenewal: () => {}, onChange: () => {} },
    async open(_generator, { renounced, changed }) {
      const session = vaultSession({ ...login, login: (signal) => busy(() => login.login(signal)) }, client, {
        ...{ clock: time.clock, monotonicMs: time.monotonicMs, log: auth.effects.log, atEnd: 'revoke', onToken: changed },
        keep: { record: record('token'), renounced },
      });
      const retries = vaultRetries({ id: generator.id }, { clock: time.clock, onRequest: () => {} });
      // The client is the test's, and closed with it.
      const channel = {
        client: { ...client, close: async () => {} },
        session,
        retries,
        clock: time.clock,
        log: auth.effects.log,
      };
      return vaultDynamicSecret(generator, channel);
    },
    refresh(name) {
      refreshes.push(name);
      if (delivers) void busy(refresh).then(settle);
    },
  });
  await made.use({ externalSecrets: [secret], generators: [generator] });
  void made.run();
  return { ledger: made, refreshes, refresh, settle, stop: end };

  async function refresh(): Promise<Given> {
    last = await made.give(secret);
    return last;
  }

  function settle(): void {
    made.settled(secret.name, last.credentials);
  }

  async function end(how: 'revoke' | 'keep' | 'crash'): Promise<void> {
    stop.abort();
    if (how !== 'crash') await made.close(how);
    await world.rest();
  }
}

const secret: ExternalSecret = {
  ...{ name: 'db', labels: {}, annotations: {}, refreshPolicy: 'Periodic', refreshIntervalMs: 3_600_000, refreshInterval: '1h' },
  target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false },
  ...{ data: [], digest: '' },
  dataFrom: [{ kind: 'generator', generator: 'VaultDynamicSecret/db', rewrite: [] }],
};
