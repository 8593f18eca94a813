import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endedChildrenCpuMs, processUsage } from './process-usage.ts';

/** One thing to time: a whole process from start to end. */
export interface Candidate {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Run before each round, outside the time. */
  readonly prepare?: () => void;
}

export interface Timing {
  readonly name: string;
  readonly medianMs: number;
  /** Median over the rounds of this candidate's time by the first candidate's time of the same round. */
  readonly ratio: number;
  /** Mean over the rounds: Linux counts in hundredths of a second, too coarse for one round. */
  readonly cpuMs: number;
}

/** Runs all candidates in turn, round by round, so that what the machine does meanwhile hits all alike. The first is the yardstick. */
export async function interleave(candidates: readonly Candidate[], rounds: number): Promise<readonly Timing[]> {
  const times = candidates.map((): number[] => []);
  const cpu = candidates.map(() => 0);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, candidate] of candidates.entries()) {
      candidate.prepare?.();
      const cpuBefore = endedChildrenCpuMs();
      const ms = await timeOnce(candidate);
      if (round < 0) continue; // The first round only warms the page cache.
      times[index]?.push(ms);
      cpu[index] = (cpu[index] ?? 0) + endedChildrenCpuMs() - cpuBefore;
    }
  }
  const [yardstick = []] = times;
  return candidates.map(({ name }, index) => {
    const mine = times[index] ?? [];
    const ratio = median(mine.map((ms, round) => ms / (yardstick[round] ?? ms)));
    return { name, medianMs: median(mine), ratio, cpuMs: (cpu[index] ?? 0) / rounds };
  });
}

function timeOnce({ name, command, env }: Candidate): Promise<number> {
  const [file, ...args] = command;
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) =>
      code === 0 ? resolve(performance.now() - startedAt) : reject(new Error(`${name} ended with ${code}: ${errors}`)),
    );
  });
}

/** RssAnon of a process that is left alone once `ready` says so, in MiB: what a further pod on the node pays. */
export async function idleMemory({ command, env }: Candidate, ready: () => Promise<boolean>, settleMs: number): Promise<number> {
  const [file, ...args] = command;
  const child = spawn(file, args, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'ignore' });
  try {
    for (const endAt = Date.now() + 20_000; !(await ready()); await sleep(20)) {
      if (Date.now() > endAt || child.exitCode !== null) throw new Error(`${command.join(' ')} did not get ready`);
    }
    await sleep(settleMs);
    return processUsage(child.pid ?? 0).anonymous;
  } finally {
    child.kill('SIGKILL');
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
