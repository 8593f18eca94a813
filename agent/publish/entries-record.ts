import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import type { ExternalSecret } from '../core/spec.ts';
import { replaceRecord } from './drafts.ts';

/** What an external secret gave, and when. */
export interface RecordedEntries {
  readonly entries: Entries;
  /** ms since the epoch. */
  readonly refreshedAt: number;
}

/**
 * True for an external secret that nothing but a change or an operator refreshes: an agent that is started again must not
 * fetch it anew, so what it gave is kept beside the volume (eso.md 1.8: CreatedOnce, OnChange, interval 0).
 */
export function isRecorded(secret: ExternalSecret): boolean {
  return secret.refreshPolicy !== 'Periodic' || secret.refreshIntervalMs <= 0;
}

/** What a predecessor recorded for exactly this external secret, or undefined. A record that can't be read counts as none. */
export async function readEntries(privateDir: string, secret: ExternalSecret): Promise<RecordedEntries | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(privateDir, secret.name), 'utf8'));
    return decodeRecord(record, secret.digest);
  } catch {
    return undefined;
  }
}

/** Keeps the entries in a file that only the agent can read, in its own memory volume. */
export async function writeEntries(privateDir: string, secret: ExternalSecret, recorded: RecordedEntries): Promise<void> {
  const path = recordPath(privateDir, secret.name);
  const entries = [...recorded.entries].map(([key, value]) => [key, Buffer.from(value.reveal()).toString('base64')]);
  replaceRecord(path, JSON.stringify({ digest: secret.digest, refreshedAt: recorded.refreshedAt, entries }));
}

function recordPath(privateDir: string, name: string): string {
  return join(privateDir, 'entries', `${name}.json`);
}

function decodeRecord(record: unknown, digest: string): RecordedEntries | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const { digest: recorded, refreshedAt, entries } = record as Record<string, unknown>;
  if (recorded !== digest || typeof refreshedAt !== 'number' || !Array.isArray(entries)) return undefined;
  return {
    refreshedAt,
    entries: new Map(entries.map(([key, value]) => [String(key), new SecretValue(Buffer.from(String(value), 'base64'))])),
  };
}
