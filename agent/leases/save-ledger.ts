import type { LedgerState } from './lease-use.ts';
import { recordOf } from './ledger-record.ts';

const writing = new WeakMap<LedgerState, { now: Promise<void>; next?: Promise<void> | undefined }>();

/**
 * Writes the record down; resolves when a write that began after the call has ended, so that many who ask at once cost two writes. One that
 * fails is told, and the credential is used all the same: the pod needs it, and it ends by itself.
 */
export function saveLedger(ledger: LedgerState): Promise<void> {
  if (!ledger.world.record || ledger.phase === 'closed') return Promise.resolve();
  const turn = writing.get(ledger) ?? { now: Promise.resolve() };
  writing.set(ledger, turn);
  turn.next ??= turn.now.then(() => {
    turn.next = undefined;
    turn.now = write(ledger);
    return turn.now;
  });
  return turn.next;
}

async function write(ledger: LedgerState): Promise<void> {
  const { record, log } = ledger.world;
  await record?.write(recordOf(ledger)).catch((error: unknown) => {
    log.warn({ error }, 'leases could not be kept for a restart; after one, they are left to their end');
  });
}
