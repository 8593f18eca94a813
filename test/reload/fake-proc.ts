import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeProcess {
  readonly pid: number;
  readonly parent?: number;
  readonly comm: string;
  readonly args?: readonly string[];
  readonly startTicks?: number;
  readonly state?: string;
  readonly isKernelThread?: boolean;
  readonly uid?: number;
  /** Numbers of the signals that it handles. */
  readonly caught?: readonly number[];
}

/** A directory that looks like /proc, for what no test can do with real processes. */
export async function fakeProc(processes: readonly FakeProcess[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'keytide-proc-'));
  await writeFile(join(root, 'stat'), 'btime 1700000000\n');
  for (const each of processes) await writeProcess(root, each);
  return root;
}

async function writeProcess(root: string, process: FakeProcess): Promise<void> {
  const dir = join(root, String(process.pid));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'stat'), statText(process));
  await writeFile(join(dir, 'cmdline'), (process.args ?? [process.comm]).map((arg) => `${arg}\0`).join(''));
  await writeFile(join(dir, 'status'), statusText(process));
}

export function statText({ pid, parent = 0, comm, startTicks = 100, state = 'S', isKernelThread = false }: FakeProcess): string {
  const flags = isKernelThread ? 0x00200040 : 0x400000;
  return `${pid} (${comm}) ${state} ${parent} 1 1 0 -1 ${flags} 1 2 3 4 5 6 7 8 20 0 1 0 ${startTicks} 1000 10 18446744073709551615\n`;
}

export function statusText({ comm, uid = 1000, caught = [] }: FakeProcess): string {
  const mask = caught.reduce((bits, number) => bits | (1n << BigInt(number - 1)), 0n);
  const zeros = '0000000000000000';
  return [
    `Name:\t${comm}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `SigBlk:\t${zeros}`,
    `SigIgn:\t${zeros}`,
    `SigCgt:\t${mask.toString(16).padStart(16, '0')}`,
    `CapEff:\t${zeros}`,
    '',
  ].join('\n');
}
