/** What the Vault job costs, once and for as long as a pod lives, beside `vault agent` and consul-template, at a real Vault over TLS. */
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { removeVolume } from '../build/remove-volume.ts';
import { type Candidate, interleave, type Timing } from './measure.ts';
import { printTable } from './table.ts';
import { type Contestant, checkFiles, contestants } from './vault-job.ts';
import { vaultPrograms } from './vault-programs.ts';
import { type RequestCounter, requestCounter } from './vault-requests.ts';
import { measureResidents, printResidents } from './vault-residents.ts';

interface Rounds {
  /** Of the job done once. */
  readonly rounds: number;
  /** Of the job done again and again. */
  readonly refreshes: number;
}

const bare: Candidate = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };

export async function benchVault({ rounds, refreshes }: Rounds): Promise<void> {
  if (!existsSync(join(import.meta.dirname, '../dist/keytide.cjs')))
    throw new Error('dist/keytide.cjs is missing: run `npm run build` first');
  const programs = vaultPrograms();
  if (!programs) {
    console.log('vault: skipped, there is no go on this machine to build a Vault with');
    return;
  }
  if (programs.consulTemplate === undefined) console.log('vault: without consul-template, which could not be installed');
  process.env['KEYTIDE_VAULT'] = programs.vault; // Read when the next line is.
  const { startVault } = await import('../test/servers/vault-server.ts');
  const work = mkdtempSync('/dev/shm/keytide-bench-');
  const server = await startVault();
  try {
    const all = await contestants(server, programs, work);
    const auditLog = join(work, 'audit.log');
    await server.set('sys/audit/file', { type: 'file', options: { file_path: auditLog } });
    const counter = requestCounter(auditLog);
    const timings = await interleave([bare, ...all.map(({ once }) => once)], rounds);
    for (const each of all) checkFiles(each);
    printOnce(timings, all, counter, rounds + 1);
    printResidents(await measureResidents(all, counter, refreshes), refreshes, timings[0]?.cpuMs ?? Number.NaN);
  } finally {
    await server.close();
    removeVolume(work);
  }
}

function printOnce(timings: readonly Timing[], all: readonly Contestant[], counter: RequestCounter, runs: number): void {
  const bareCpuMs = timings[0]?.cpuMs ?? Number.NaN;
  const rows = timings.map(({ name, medianMs, ratio, cpuMs }, index) => {
    const contestant = all[index - 1];
    const { logins, reads, others } = counter.of(contestant?.role ?? '');
    const figures = [
      ...[`${medianMs.toFixed(1)} ms`, `${ratio.toFixed(2)} x`, `${cpuMs.toFixed(1)} ms`, `${(cpuMs / bareCpuMs).toFixed(2)} x`],
      ...[logins + reads + others].map((requests) => String(requests / runs)),
    ];
    return [name, ...figures];
  });
  printTable([['Vault job, once', 'wall', '', 'processor', '', 'requests'], ...rows]);
}
