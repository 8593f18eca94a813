import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an app told, a line each: how it was started, and the signals that came. */
export interface Told {
  readonly pid?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: string;
}

export interface ExecApp {
  /** To stand after `--`. */
  readonly command: readonly string[];
  readonly told: () => readonly Told[];
  readonly starts: () => readonly { readonly pid: number; readonly environment: Readonly<Record<string, string>> }[];
  readonly signals: () => readonly string[];
}

/** An app that reads its environment only. It ends at SIGTERM with 0, unless STUBBORN is set, and dies by itself where BROKEN is its PASSWORD. */
const source = `
const fs = require('node:fs');
const { spawn } = require('node:child_process');
const say = (words) => fs.appendFileSync(process.argv[2], JSON.stringify(words) + '\\n');
for (const name of ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGALRM', 'SIGQUIT'])
  process.on(name, () => say({ signal: name }));
process.on('SIGTERM', () => { say({ signal: 'SIGTERM' }); if (!process.env.STUBBORN) process.exit(0); });
if (process.env.HELPER) spawn('sleep', ['1000'], { stdio: 'ignore' }).once('spawn', function () { say({ helper: this.pid }); });
say({ pid: process.pid, environment: process.env });
if (process.env.PASSWORD === 'broken') process.exit(9);
setInterval(() => {}, 1e6);
`;

export function execApp(dir: string): ExecApp {
  const [program, log] = [join(dir, 'app.cjs'), join(dir, 'app.log')];
  writeFileSync(program, source);
  writeFileSync(log, '');
  const told = (): readonly Told[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Told => JSON.parse(line));
  return {
    command: [process.execPath, program, log],
    told,
    starts: () => told().flatMap(({ pid, environment }) => (pid !== undefined && environment ? [{ pid, environment }] : [])),
    signals: () => told().flatMap(({ signal }) => signal ?? []),
  };
}

/** Zombies that nobody reaps are gone as well. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
