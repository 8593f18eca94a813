import type { LeaseUse, LedgerState } from './lease-use.ts';
import { sourceKey } from './lease-use.ts';
import { saveLedger } from './save-ledger.ts';
import { sourceOf } from './sources.ts';

/** A pod has seconds to end. */
const longestEndMs = 2_000;

/**
 * The end of the process. `revoke`: the tokens are, and with them all that hangs on them; leases of a token that isn't ours, one by one.
 * `keep`: all is in the record, for the agent that comes next. Never rejects.
 */
export async function closeLedger(ledger: LedgerState, end: 'revoke' | 'keep'): Promise<void> {
  if (ledger.phase === 'closed') return;
  await Promise.all([...ledger.uses.values()].map(({ issuing }) => issuing));
  await saveLedger(ledger);
  ledger.phase = 'closed';
  if (end === 'revoke') {
    await Promise.all([...ledger.uses.values()].map((use) => revokeAlone(ledger, use)));
    await ledger.world.record?.remove().catch(() => undefined);
  }
  await Promise.all([...ledger.sources.values()].map(({ source }) => source?.close(end)));
}

async function revokeAlone(ledger: LedgerState, use: LeaseUse): Promise<void> {
  if (use.held.size === 0) return;
  const source = await sourceOf(ledger, use.generator).catch(() => undefined);
  const opened = ledger.sources.get(sourceKey(use.generator));
  const alone = [...use.held.values()].filter(({ parent }) => opened?.phase !== 'started' || !source?.canDropParent(parent));
  await Promise.all(
    alone.map(({ leaseId }) => leaseId !== undefined && source?.revoke(leaseId, AbortSignal.timeout(longestEndMs))),
  );
}
