import type { SecretRecord } from '../core/hand-over.ts';
import { SecretValue } from '../core/secret-value.ts';
import type { Issued } from './session.ts';

/** Where a session is kept for the agent that comes after this one, and in which form. */
export interface SessionKeep<T> {
  readonly record: SecretRecord;
  /** What is written down of it; may hold SecretValues. */
  readonly written: (value: T) => unknown;
  /** Undefined: what was written isn't one. */
  readonly revived: (written: unknown) => T | undefined;
}

/**
 * The session of an earlier agent of this pod; undefined: there is none, it was made from something else than `basis`, or it ends
 * before `endsAfter` (ms since the epoch).
 */
export async function keptSession<T>(
  { record, revived }: SessionKeep<T>,
  basis: string,
  endsAfter: number,
): Promise<Issued<T> | undefined> {
  const kept = await record.take();
  if (typeof kept !== 'object' || kept === null || !('session' in kept) || !('expiresAt' in kept) || !('basis' in kept))
    return undefined;
  const { session, expiresAt } = kept;
  if (typeof expiresAt !== 'number' || expiresAt <= endsAfter) return undefined;
  if (!(kept.basis instanceof SecretValue) || !kept.basis.equals(SecretValue.ofText(basis))) return undefined;
  const value = revived(session);
  return value === undefined ? undefined : { value, expiresAt };
}

/** Writes a session down before it is used; one without an end is no session, and is made anew each time. Rejects as `record` does. */
export async function keepIssued<T>({ record, written }: SessionKeep<T>, issued: Issued<T>, basis: string): Promise<void> {
  const { value, expiresAt } = issued;
  if (expiresAt === undefined) return record.remove();
  await record.write({ schema: 1, basis: SecretValue.ofText(basis), session: written(value), expiresAt });
}
