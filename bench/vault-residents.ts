import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Candidate } from './measure.ts';
import { type ProcessUsage, processUsage } from './process-usage.ts';
import { printTable } from './table.ts';
import { type Contestant, checkFiles } from './vault-job.ts';
import type { RequestCounter, RequestCounts } from './vault-requests.ts';

/** What one used between its tenth refresh and its last. */
export interface Residency {
  readonly name: string;
  /** At the last refresh. */
  readonly usage: ProcessUsage;
  readonly cpuMsPerRefresh: number;
  /** From the start to the last refresh. */
  readonly logins: number;
  readonly others: number;
}

interface Running {
  readonly name: string;
  readonly role: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** What its role had asked for before it ran. */
  readonly before: RequestCounts;
  warm?: Look;
  last?: Look;
}

interface Look {
  readonly usage: ProcessUsage;
  readonly refreshes: number;
  readonly counts: RequestCounts;
}

const idle: Candidate = { name: 'idle node', command: [process.execPath, '-e', 'setInterval(() => {}, 1e9)'] };
const secrets = 3;
/** By then the first reads, and what they needed, are over. */
const warmUpRefreshes = 10;

/** Runs all at the same time, beside a Node that does nothing, until each has refreshed so often: each has counters of its own. */
export async function measureResidents(
  all: readonly Contestant[],
  counter: RequestCounter,
  refreshes: number,
): Promise<readonly Residency[]> {
  const sleeper = start(idle, '', counter);
  const working = all.map(({ resident, role }) => start(resident, role, counter));
  try {
    const patienceMs = 60_000 + (warmUpRefreshes + refreshes) * 3_000;
    for (const endAt = Date.now() + patienceMs; working.some(({ last }) => !last); await pause(50)) {
      if (Date.now() > endAt) throw new Error(`${refreshes} refreshes were not done in ${patienceMs / 1000} s`);
      for (const each of working) look(each, counter, refreshes);
    }
    for (const each of all) checkFiles(each);
    return [residencyOf(sleeper), ...working.map(residencyOf)];
  } finally {
    for (const { child } of [sleeper, ...working]) child.kill('SIGKILL'); // consul-template takes its time with SIGTERM.
  }
}

function start({ name, command, env, prepare }: Candidate, role: string, counter: RequestCounter): Running {
  prepare?.();
  const [file, ...args] = command;
  const child = spawn(file, args, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  return { name, role, child, pid: child.pid ?? 0, before: counter.of(role) };
}

function look(running: Running, counter: RequestCounter, refreshes: number): void {
  const { name, role, child, pid, before } = running;
  if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
  const now = counter.of(role);
  const counts = { logins: now.logins - before.logins, reads: now.reads - before.reads, others: now.others - before.others };
  const done = counts.reads / secrets;
  if (!running.warm && done >= warmUpRefreshes) running.warm = { usage: processUsage(pid), refreshes: done, counts };
  if (!running.last && done >= warmUpRefreshes + refreshes) running.last = { usage: processUsage(pid), refreshes: done, counts };
}

function residencyOf({ name, pid, warm, last }: Running): Residency {
  if (!warm || !last) return { name, usage: processUsage(pid), cpuMsPerRefresh: 0, logins: 0, others: 0 };
  const { logins, others } = last.counts;
  const cpuMsPerRefresh = (last.usage.cpuMs - warm.usage.cpuMs) / (last.refreshes - warm.refreshes);
  return { name, usage: last.usage, cpuMsPerRefresh, logins, others };
}

/** Memory by that of the idle Node, processor by one start of a bare one. */
export function printResidents(residencies: readonly Residency[], refreshes: number, bareCpuMs: number): void {
  const yardstick = residencies[0]?.usage;
  const rows = residencies.map(({ name, usage, cpuMsPerRefresh, logins, others }, index) => {
    const memory = (['anonymous', 'rss', 'peak'] as const).flatMap((which) => [
      `${usage[which].toFixed(1)} MiB`,
      `${(usage[which] / (yardstick?.[which] ?? usage[which])).toFixed(2)} x`,
    ]);
    if (index === 0) return [name, ...memory, '', '', '', ''];
    const cpu = [`${cpuMsPerRefresh.toFixed(2)} ms`, `${(cpuMsPerRefresh / bareCpuMs).toFixed(3)} x`];
    return [name, ...memory, ...cpu, String(logins), String(others)];
  });
  const memory = ['RssAnon', '', 'RSS', '', 'RSS, peak', ''];
  printTable([[`after ${refreshes} refreshes`, ...memory, 'a refresh', '', 'logins', 'others'], ...rows]);
}
