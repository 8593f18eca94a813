import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeliveryProgress, HeldContent } from '../core/delivery-state.ts';
import { replaceRecord } from './drafts.ts';

/** By delivery name. */
export type AckRecord = ReadonlyMap<string, DeliveryProgress>;

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
  replaceRecord(join(privateDirectory, fileName), `${JSON.stringify(Object.fromEntries(record))}\n`);
}

/**
 * How far a delivery had got, when `published` is what the volume shows; nothing acknowledged when that is unknown. A record that is
 * ahead of the volume is of an earlier volume.
 */
export function progressOf(record: AckRecord, delivery: string, published: number): DeliveryProgress {
  const entry = record.get(delivery);
  if (!entry || entry.published > published) return { published, acknowledged: 0 };
  return { ...entry, published, acknowledged: Math.min(entry.acknowledged, published) };
}

function decode(record: unknown): AckRecord {
  if (typeof record !== 'object' || record === null) return new Map();
  return new Map(
    Object.entries(record).flatMap(([delivery, entry]: [string, unknown]) => {
      if (typeof entry !== 'object' || entry === null || !('published' in entry) || !('acknowledged' in entry)) return [];
      const { published, acknowledged } = entry;
      if (typeof published !== 'number' || typeof acknowledged !== 'number') return [];
      const held = 'held' in entry ? decodeHeld(entry.held) : undefined;
      return [[delivery, { published, acknowledged, ...(held ? { held } : {}) }] as const];
    }),
  );
}

function decodeHeld(held: unknown): HeldContent | undefined {
  if (typeof held !== 'object' || held === null) return undefined;
  const { generation, restoredAs, mark, reason, since, versions }: Readonly<Record<string, unknown>> = { ...held };
  const isWhole =
    [generation, restoredAs, since].every(Number.isFinite) && [mark, reason].every((text) => typeof text === 'string');
  return isWhole
    ? {
        ...{ generation: Number(generation), restoredAs: Number(restoredAs), since: Number(since) },
        ...{ mark: String(mark), reason: String(reason), versions: decodeVersions(versions) },
      }
    : undefined;
}

function decodeVersions(versions: unknown): HeldContent['versions'] {
  return mapped(versions, (each) => mapped(each, String));
}

function mapped<T>(record: unknown, decode: (value: unknown) => T): Readonly<Record<string, T>> {
  if (typeof record !== 'object' || record === null) return {};
  return Object.fromEntries(Object.entries(record).map(([name, value]: [string, unknown]) => [name, decode(value)]));
}
