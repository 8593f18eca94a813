import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { draftOf } from './drafts.ts';
import { fileError } from './file-error.ts';

/** How far a delivery has got. */
export interface AckEntry {
  readonly published: number;
  readonly acknowledged: number;
}

/** By delivery name. */
export type AckRecord = ReadonlyMap<string, AckEntry>;

const fileName = 'acknowledged.json';

/**
 * What the agent noted in its private directory before it was restarted. A record that is absent or can't be understood counts as
 * empty: then the app is told once more, which does less harm than not telling it.
 */
export async function readAcknowledged(privateDirectory: string): Promise<AckRecord> {
  try {
    return decode(JSON.parse(await readFile(join(privateDirectory, fileName), 'utf8')));
  } catch {
    return new Map();
  }
}

/** Writes the whole record in one step, readable for us only. Throws VOLUME_UNUSABLE or VOLUME_FULL. */
export async function writeAcknowledged(privateDirectory: string, record: AckRecord): Promise<void> {
  const path = join(privateDirectory, fileName);
  const draft = draftOf(path);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(Object.fromEntries(record))}\n`);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw fileError('write', path, error);
  }
}

/**
 * The generation that the app is known to have, when `published` is what the volume shows; 0 when unknown. A record that is ahead of the
 * volume is of an earlier volume.
 */
export function acknowledgedOf(record: AckRecord, delivery: string, published: number): number {
  const entry = record.get(delivery);
  return entry && entry.published <= published ? Math.min(entry.acknowledged, published) : 0;
}

function decode(record: unknown): AckRecord {
  if (typeof record !== 'object' || record === null) return new Map();
  return new Map(
    Object.entries(record).flatMap(([delivery, entry]: [string, unknown]) => {
      if (typeof entry !== 'object' || entry === null || !('published' in entry) || !('acknowledged' in entry)) return [];
      const { published, acknowledged } = entry;
      if (typeof published !== 'number' || typeof acknowledged !== 'number') return [];
      return [[delivery, { published, acknowledged }] as const];
    }),
  );
}
