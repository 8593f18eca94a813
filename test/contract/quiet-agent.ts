import type { Agent, agent } from '../../agent/agent.ts';
import type { Spec } from '../../agent/core/spec.ts';
import type { Ledger } from '../../agent/leases/ledger.ts';
import type { VaultWorld } from '../auth/vault/vault-world.ts';

/** An agent's world but for its stores and what it delivers. The first interval is not cut short with a fraction of 1. */
export function quiet(
  { time, auth }: VaultWorld,
  signal: AbortSignal,
): Omit<Parameters<typeof agent>[0], 'open' | 'delivererWorld'> {
  const none = (): void => {};
  return {
    ...{ clock: time.clock, log: auth.effects.log, signal, fraction: 1, reloads: 'on' },
    ...{ learn: none, onSync: none, onRollback: none, onChange: none },
    ...{ ledger: () => noLeases, atEnd: () => 'keep' as const },
    recorded: { read: async () => undefined, write: async () => {} },
    templates: async () => ({ transform: (_, key) => key, render: async (entries) => ({ entries, warnings: [] }) }),
  };
}

/** No manifest here has a generator. */
const noLeases: Ledger = {
  use: async () => {},
  give: async () => ({ made: new Map(), credentials: new Set() }),
  settled: () => {},
  gone: () => {},
  status: () => [],
  run: async () => {},
  close: async () => {},
};

export const noFiles = {
  adopt: async () => undefined,
  readOlder: async () => undefined,
  path: '/volume',
  sweep: async () => {},
  remove: async () => {},
};

/** Without check, reload and verify, and without a memory. */
export const noHooks = {
  hooks: { check: async () => {}, reload: async () => {}, verify: async () => {} },
  staggerMs: 0,
  progress: { read: async (generation: number) => ({ published: generation, acknowledged: 0 }), write: async () => {} },
};

/** Applies the spec and runs; what it gives waits for the end of that, and closes the stores. */
export async function started(running: Agent, spec: Spec): Promise<() => Promise<void>> {
  await running.apply(spec);
  const loop = running.run();
  return async () => {
    await loop;
    await running.close();
  };
}
