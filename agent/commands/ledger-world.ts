import type { LedgerAbout } from '../agent-world.ts';
import { AgentError } from '../core/agent-error.ts';
import type { Generator } from '../core/generator.ts';
import type { OpenAbout } from '../leases/lease-use.ts';
import type { Ledger } from '../leases/ledger.ts';
import type { CredentialSource } from '../leases/source.ts';
import type { AgentParts } from './agent-world.ts';
import { effectsFor } from './spec-world.ts';

/** Most specs have no generator: the ledger is loaded for whom there is something to keep. */
export function lazyLedger(parts: AgentParts, about: LedgerAbout): Ledger {
  let loading: Promise<Ledger> | undefined;
  let loaded: Ledger | undefined;
  const started = Promise.withResolvers<void>();
  const nothing = { made: new Map(), credentials: new Set<string>() };
  return {
    async use(spec) {
      if (spec.generators.length > 0) loading ??= load();
      await (await loading)?.use(spec);
    },
    give: async (secret) => (loaded ? loaded.give(secret) : nothing),
    settled: (secret, credentials) => loaded?.settled(secret, credentials),
    gone: (secret) => loaded?.gone(secret),
    status: (secret) => loaded?.status(secret) ?? [],
    run: async () => started.resolve(),
    close: async (end) => (await loading?.catch(() => undefined))?.close(end),
  };

  async function load(): Promise<Ledger> {
    const { ledger } = await import('../leases/ledger.ts');
    const { world, log, signal, learn, handOver, onLeaseRenewal } = parts;
    loaded = ledger({
      ...{ clock: world.clock, log, signal, learn, record: handOver.claim('leases'), onRenewal: onLeaseRenewal },
      ...{ refresh: about.refresh, onChange: about.onChange },
      open: (generator, how) => openGenerator(generator, how, parts, about),
    });
    const { run } = loaded;
    void started.promise.then(run);
    return loaded;
  }
}

async function openGenerator(
  generator: Generator,
  { renounced, changed }: OpenAbout,
  parts: AgentParts,
  { spec: current }: LedgerAbout,
): Promise<CredentialSource> {
  const spec = current();
  if (!spec) throw new AgentError('SPEC_INVALID', `${generator.id} is opened before there is a spec`);
  const [{ openVaultGenerator }, { vaultDynamicSecret }] = await Promise.all([
    import('../providers/vault/open-generator.ts'),
    import('../generators/vault-dynamic-secret.ts'),
  ]);
  const effects = effectsFor(generator.provider, spec, parts);
  const { onSession } = effects;
  return vaultDynamicSecret(
    generator,
    await openVaultGenerator(generator, renounced, {
      ...effects,
      onSession(event) {
        onSession?.(event);
        changed();
      },
    }),
  );
}
