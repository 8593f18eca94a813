import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { replaceRecord } from './drafts.ts';

/** What is kept of a template: which input it last had, by a MAC under the pod's key, and since when. */
interface Kept {
  readonly mac: string;
  readonly since: number;
  /** Only in memory. */
  readonly output?: SecretValue;
}

export interface TemplateRecordWorld {
  readonly privateDir: string;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * The memory of templates, in the agent's own directory: a key that lives as long as the pod, and for each template a MAC of its input
 * and the time. Values are not kept there: with the key and the same input a template gives the same bytes again. Where nothing can be
 * written, the memory ends with the process, and the log says so.
 */
export function templateRecord({ privateDir, now, log }: TemplateRecordWorld): TemplateMemory {
  const directory = join(privateDir, 'templates');
  const opened = open(directory, log);
  let writing = Promise.resolve();
  return {
    async recall(id, input) {
      const { key, records } = await opened;
      const mac = macOf(key, id, input);
      const known = records.get(id);
      const isSame = known?.mac === mac.toString('base64url');
      if (isSame && known?.output) return { kind: 'output', value: known.output };
      const record: Kept = isSame && known ? known : { mac: mac.toString('base64url'), since: now() };
      if (!isSame) {
        records.set(id, record);
        writing = writing.then(() => write(directory, records, log));
        await writing;
      }
      const seed = createHmac('sha256', key).update('seed').update(mac).digest();
      const keep = (output: SecretValue): void => {
        if (records.get(id)?.mac === record.mac) records.set(id, { ...record, output });
      };
      return { kind: 'seed', seed, since: record.since, keep };
    },
  };
}

function macOf(key: Uint8Array, id: string, input: readonly Uint8Array[]): Buffer {
  const mac = createHmac('sha256', key)
    .update('input')
    .update(`${Buffer.byteLength(id)}:`)
    .update(id);
  for (const part of input) mac.update(`${part.byteLength}:`).update(part);
  return mac.digest();
}

interface Opened {
  readonly key: Uint8Array;
  readonly records: Map<string, Kept>;
}

async function open(directory: string, log: Log): Promise<Opened> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return { key: await keyOf(directory), records: await read(directory) };
  } catch (error) {
    log.warn({ error }, 'what templates make up at random will be another after a restart: it could not be kept');
    return { key: randomBytes(32), records: new Map() };
  }
}

const keyBytes = 32;

async function keyOf(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'key');
  const found = await readFile(path).catch(() => undefined);
  if (found?.byteLength === keyBytes) return found;
  const key = randomBytes(keyBytes);
  replaceRecord(path, key);
  return key;
}

async function read(directory: string): Promise<Map<string, Kept>> {
  const text = await readFile(join(directory, 'inputs.json'), 'utf8').catch(() => '{}');
  const records = new Map<string, Kept>();
  try {
    for (const [id, record] of Object.entries<unknown>(JSON.parse(text))) {
      if (typeof record !== 'object' || record === null) continue;
      const { mac, since } = record as Readonly<Record<string, unknown>>;
      if (typeof mac === 'string' && typeof since === 'number') records.set(id, { mac, since });
    }
  } catch {
    // It was cut off, or isn't ours: then templates begin anew.
  }
  return records;
}

async function write(directory: string, records: ReadonlyMap<string, Kept>, log: Log): Promise<void> {
  const kept = Object.fromEntries([...records].map(([id, { mac, since }]) => [id, { mac, since }]));
  try {
    replaceRecord(join(directory, 'inputs.json'), JSON.stringify(kept));
  } catch (error) {
    log.warn({ error }, 'what templates make up at random will be another after a restart: it could not be kept');
  }
}
