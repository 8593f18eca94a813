import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../agent/core/clock.ts';
import type { GoRegexp } from '../../agent/core/go-regexp.ts';
import type { SignalStep } from '../../agent/core/hooks.ts';
import { type Sent, type SignalWorld, sendSignal, watchSignal } from '../../agent/reload/send-signal.ts';

/** A real process of a test. It prints `ready` first. */
export interface Program {
  readonly pid: number;
  /** Lines after `ready`. */
  readonly lines: readonly string[];
  readonly child: ChildProcess;
  readonly isAlive: () => boolean;
  /** Resolves when it has printed that line, from the start on. */
  readonly says: (line: string) => Promise<void>;
}

/** Everything that a test starts or writes; `end` removes it. */
export class Scene {
  readonly #children: ChildProcess[] = [];
  #dir: string | undefined;

  async dir(): Promise<string> {
    if (this.#dir === undefined) {
      this.#dir = await mkdtemp(join(tmpdir(), 'keytide-reload-'));
      await chmod(this.#dir, 0o755); // Programs of other users start from it.
    }
    return this.#dir;
  }

  async file(name: string, text: string): Promise<string> {
    const path = join(await this.dir(), name);
    await writeFile(path, text);
    return path;
  }

  async start(command: string, args: readonly string[], options: { readonly uid?: number } = {}): Promise<Program> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true, ...options });
    this.#children.push(child);
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
    const says = (line: string): Promise<void> =>
      new Promise((resolve, reject) => {
        child.once('exit', () => reject(new Error(`${command} ended before it said ${line}`)));
        const look = (): void => {
          if (lines.includes(line)) resolve();
        };
        waiting.add(look);
        look();
      });
    await says('ready');
    lines.shift();
    return { pid: child.pid ?? 0, lines, child, isAlive: () => child.exitCode === null && child.signalCode === null, says };
  }

  /** A Node program; its name, as `process.name` wants it, is the file's. */
  async node(
    name: string,
    code: string,
    args: readonly string[] = [],
    options: { readonly uid?: number } = {},
  ): Promise<Program> {
    const path = await this.file(name, `${code}\nsetInterval(() => {}, 1e6);\nconsole.log('ready');\n`);
    return this.start(process.execPath, [path, ...args], options);
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const isAlive = child.exitCode === null && child.signalCode === null;
      endGroup(child.pid);
      if (isAlive) await ended;
    }
    if (this.#dir) await rm(this.#dir, { recursive: true });
  }
}

/** The program and what it started: `detached` gave them a group of their own. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}

/** Prints `took` for each SIGHUP. */
export const handlesHup = "process.on('SIGHUP', () => console.log('took'));";

export interface Attempt {
  readonly world: SignalWorld;
  /** `PID SIGNAL` of each kill. */
  readonly kills: readonly string[];
}

/** A world with short waits, whose kills are real and counted. `selfPid`: who plays the agent. */
export function attempt(selfPid: number, changes: Partial<SignalWorld> & { readonly onWait?: () => void } = {}): Attempt {
  const kills: string[] = [];
  const { onWait, ...world } = changes;
  const nothing = (): void => {};
  return {
    kills,
    world: {
      selfPid,
      kill: (pid, signal) => {
        kills.push(`${pid} ${signal}`);
        process.kill(pid, signal);
      },
      clock: systemClock,
      log: { debug: nothing, info: () => onWait?.(), warn: nothing, error: nothing },
      signal: new AbortController().signal,
      waitMs: 150,
      watchMs: 300,
      ...world,
    },
  };
}

/** Sends, watches what becomes of the processes, and throws when it did harm: a reload without a proof. */
export async function sendAndWatch(step: SignalStep, world: SignalWorld): Promise<Sent> {
  const signalled = await sendSignal(step, world);
  const harm = await watchSignal(signalled, world);
  if (harm) throw harm;
  return signalled.sent;
}

export function hup(selector: SignalStep['process'], changes: Partial<SignalStep> = {}): SignalStep {
  return { kind: 'signal', signal: 'SIGHUP', process: selector, all: false, handled: false, ...changes };
}

export function named(name: string): SignalStep['process'] {
  return { kind: 'name', name };
}

export function commandMatches(source: string): SignalStep['process'] {
  const pattern: GoRegexp = { source, matches: (text) => new RegExp(source).test(text), replaceAll: (text) => text };
  return { kind: 'commandMatches', pattern };
}

/** A name that no other process on this machine has. */
export function uniqueName(stem: string): string {
  return `${stem}-${process.pid}-${Math.random().toString(36).slice(2, 8)}.mjs`;
}
