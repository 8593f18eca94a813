import { fstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from './commands/build-facts.ts';
import { dispatch } from './commands/dispatch.ts';
import { exitCodeOfSignal } from './commands/exit-codes.ts';
import { reportLastError } from './commands/last-error.ts';
import { defaultTerminationLog } from './commands/options.ts';
import { type Invocation, parseCommand } from './commands/parse.ts';
import { writeText } from './commands/standard-output.ts';
import type { Itself, World } from './commands/world.ts';
import { systemClock } from './core/clock.ts';
import { createMasker } from './observe/masker.ts';
import { writeTerminationMessage } from './observe/termination.ts';

/** The process: the only file that reads `process`. Everything else is told what it needs by the World. */
let invocation: Invocation | undefined;
const ending = endOnSignals();
const refreshes = new Set<() => void>();
const world = makeWorld();

// Node hands its permission flags to what it starts, in NODE_OPTIONS. Hooks and apps are not ours, and an older Node would refuse them.
process.execArgv.length = 0;

process.on('SIGUSR2', () => {
  for (const refresh of refreshes) refresh();
});
process.on('uncaughtException', (error) => process.exit(reportLastError(error, invocation, world)));
process.on('unhandledRejection', (error) => process.exit(reportLastError(error, invocation, world)));
void main().then((code) => process.exit(code));

async function main(): Promise<number> {
  try {
    invocation = parseCommand(process.argv.slice(2), world);
    return await dispatch(invocation, world);
  } catch (error) {
    return reportLastError(error, invocation, world);
  }
}

function makeWorld(): World {
  const masker = createMasker();
  return {
    env: process.env,
    stdout: (text) => writeText(1, text),
    stderr: (text) => writeText(2, text),
    // tty.isatty would load the network code. What isn't a terminal here is /dev/null, where it doesn't matter.
    isTerminal: fstatSync(2).isCharacterDevice(),
    isOutputTerminal: () => process.stdout.isTTY === true, // Exact, and as slow as that: only --show-values asks.
    columns: () => process.stdout.columns,
    pid: process.pid,
    clock: systemClock,
    signal: ending.signal,
    exitCodeOfSignal: () => exitCodeOfSignal(ending.by()),
    onUserRefresh: (refresh) => refreshes.add(refresh),
    kill: (pid, signal) => process.kill(pid, signal),
    giveUpPrograms,
    ...{ version, nodeVersion: process.version, masker },
    lastWords: (text) => writeTerminationMessage(terminationLog(), masker.mask(text)),
    templatesDir: templatesDir(),
    itself: itself(),
  };
}

function itself(): Itself {
  return {
    command: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    parentPid: process.ppid,
    mayStartPrograms: process.permission?.has('child') ?? true,
    become: process.platform === 'linux' && typeof process.execve === 'function' ? become : undefined,
    takeSignals: ending.offerTo,
    endBy(signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    },
  };
}

/** Node ignores two signals, and what is ignored stays so in the next program; what has a handler gets the default action. */
function become(file: string, argv: readonly string[], env: Readonly<Record<string, string>>): void {
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => undefined);
  process.execve?.(file, argv, env);
}

interface EndingOnSignals {
  readonly signal: AbortSignal;
  readonly by: () => NodeJS.Signals;
  readonly offerTo: Itself['takeSignals'];
}

/** The first SIGTERM or SIGINT asks for an end, the second one is one: as process 1 of a container we get no default action. */
function endOnSignals(): EndingOnSignals {
  const controller = new AbortController();
  const enders: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'];
  let by: NodeJS.Signals = 'SIGTERM';
  let take = (_: NodeJS.Signals): boolean => false;
  const listen = (name: NodeJS.Signals): unknown => process.on(name, () => take(name) || end(name));
  listen('SIGTERM');
  listen('SIGINT');
  return { signal: controller.signal, by: () => by, offerTo };

  function end(name: NodeJS.Signals): void {
    if (!enders.includes(name)) return;
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(name));
    by = name;
    controller.abort();
  }

  function offerTo(signals: readonly NodeJS.Signals[], taker: (signal: NodeJS.Signals) => boolean): void {
    take = taker;
    for (const name of signals) if (name !== 'SIGTERM' && name !== 'SIGINT') listen(name);
  }
}

/** `drop` is not in @types/node yet (https://nodejs.org/docs/latest-v24.x/api/permissions.html). */
function giveUpPrograms(): boolean {
  const permission: object | undefined = process.permission; // Undefined unless --permission is given.
  if (!permission || !('drop' in permission) || typeof permission.drop !== 'function') return false;
  permission.drop('child');
  return true;
}

function terminationLog(): string {
  if (invocation && 'options' in invocation) return invocation.options.terminationLog;
  return defaultTerminationLog;
}

/** Beside the bundle (dist/keytide.cjs), or beside agent/ when run from source. */
function templatesDir(): string {
  const entry = realpathSync(process.argv[1] ?? '.');
  return entry.endsWith('.ts') ? join(dirname(entry), '../templates') : join(dirname(entry), 'templates');
}
