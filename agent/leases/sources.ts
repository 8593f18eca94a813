import { asAgentError } from '../core/agent-error.ts';
import type { Generator } from '../core/generator.ts';
import type { LeaseUse, LedgerState, OpenedSource } from './lease-use.ts';
import { sourceKey } from './lease-use.ts';
import type { CredentialSource } from './source.ts';

/** The source of a generator, opened when it is first needed; one that can't be opened is tried anew by the next who asks. */
export async function sourceOf(ledger: LedgerState, generator: Generator): Promise<CredentialSource> {
  const key = sourceKey(generator);
  const known = ledger.sources.get(key);
  if (known) return known.opening;
  const renounced = [...ledger.doubts].flatMap((doubt) => (doubt.generator === generator.id ? [doubt.parent] : []));
  const changed = (): void => ledger.wake.abort();
  const opening = ledger.world.open(generator, { renounced, changed });
  const opened: OpenedSource = { generator, opening, dropping: new Set(), phase: 'opened', retryAtMs: 0 };
  ledger.sources.set(key, opened);
  try {
    opened.source = await opening;
    return opened.source;
  } catch (error) {
    ledger.sources.delete(key);
    throw error;
  }
}

/** Makes sure that a source has a token, where credentials hang on one that an earlier agent had. Never rejects. */
export async function startSource(ledger: LedgerState, use: LeaseUse): Promise<void> {
  const { world, nowMs } = ledger;
  try {
    const source = await sourceOf(ledger, use.generator);
    const opened = ledger.sources.get(sourceKey(use.generator));
    if (opened?.phase !== 'opened' || nowMs() < opened.retryAtMs) return;
    opened.phase = 'starting';
    opened.retryAtMs = nowMs() + 5_000;
    await source.start(world.signal).catch((error: unknown) => {
      opened.phase = 'opened';
      throw error;
    });
    opened.phase = 'started';
    ledger.wake.abort();
  } catch (caught) {
    if (world.signal.aborted) return;
    const error = asAgentError(caught, 'STORE_UNAVAILABLE', `${use.generator.id} could not be opened`);
    use.error = error;
    world.log.warn({ generator: use.generator.id, error }, 'leases can not be looked after for now');
  }
}

/**
 * Revokes tokens that are no longer in use and on which nothing hangs any more that we know of, and with them what nobody knows (DESIGN:
 * no leaked credential after a crash). What fails is tried again with the next.
 */
export async function dropFreeParents(ledger: LedgerState, opened: OpenedSource, parents: Iterable<string>): Promise<void> {
  const { source, generator, dropping } = opened;
  const all = usesOf(ledger, generator);
  // An answer that is awaited may hang on any of them.
  if (!source || opened.phase !== 'started' || all.some(({ issuing }) => issuing)) return;
  const inUse = new Set(all.flatMap(({ held }) => [...held.values()].map(({ parent }) => parent)));
  const free = [...new Set(parents)].filter(
    (parent) => !inUse.has(parent) && !dropping.has(parent) && source.parentEndsAt(parent) < Number.POSITIVE_INFINITY,
  );
  for (const parent of free) dropping.add(parent);
  for (const parent of free) {
    const isGone = await source.dropParent(parent);
    dropping.delete(parent);
    if (isGone) forgetDoubts(ledger, generator, parent);
  }
}

function forgetDoubts({ doubts }: LedgerState, { id }: Generator, parent: string): void {
  for (const doubt of doubts) if (doubt.generator === id && doubt.parent === parent) doubts.delete(doubt);
}

export function usesOf({ uses }: LedgerState, generator: Generator): readonly LeaseUse[] {
  const key = sourceKey(generator);
  return [...uses.values()].filter((use) => sourceKey(use.generator) === key);
}
