import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandOver } from '../core/hand-over.ts';
import { SecretValue } from '../core/secret-value.ts';
import { replaceRecord } from './drafts.ts';

/** What stands for a SecretValue in the JSON of a record. */
const mark = '\u0000secret';

/** Records as files that only the agent can read, in a memory volume that no other container has. */
export function secretRecords(directory: string): HandOver['claim'] {
  const owners = new Map<string, symbol>();
  return (name) => {
    const me = Symbol(name);
    const isFirst = !owners.has(name);
    const path = join(directory, `${name.replace(/[^-.A-Za-z0-9]/g, '_')}.json`);
    owners.set(name, me);
    const isMine = (): boolean => owners.get(name) === me;
    return {
      take: async () => (isFirst ? read(path) : undefined),
      async write(value) {
        if (isMine())
          replaceRecord(
            path,
            JSON.stringify(value, (_key, member: unknown) => written(member)),
          );
      },
      async remove() {
        if (isMine()) await rm(path, { force: true });
      },
    };
  };
}

async function read(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'), (_key, value: unknown) => revived(value));
  } catch {
    return undefined; // None yet, or cut off by whoever isn't us: our own writes are whole.
  }
}

function written(value: unknown): unknown {
  return value instanceof SecretValue ? { [mark]: Buffer.from(value.reveal()).toString('base64') } : value;
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(mark in value)) return value;
  return new SecretValue(Buffer.from(String(value[mark]), 'base64'));
}
