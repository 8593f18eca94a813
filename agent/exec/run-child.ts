import type { ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { type ChildEffect, type ChildEvent, type ChildRules, type ChildState, type Ending, noChild, step } from './child-life.ts';
import { terminalSignals } from './passed-signals.ts';
import { isGroupAlive, type Kill, signalGroup } from './process-group.ts';

export interface ChildWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: typeof spawn;
  readonly kill: Kill;
  /**
   * A session of its own, so that what it leaves can be found. Not at a terminal: there it must stay in the group that the terminal
   * talks to, or it could not read from it.
   */
  readonly group: 'own' | 'ours';
}

export type Environment = Readonly<Record<string, string>>;

export interface RunningChild {
  /** Starts it; once. */
  readonly begin: (environment: Environment) => void;
  /** What it would be started with now. Nothing happens when that is what it has. */
  readonly change: (environment: Environment) => void;
  /** Passes on what was sent to us. */
  readonly signalled: (signal: NodeJS.Signals) => void;
  /** Of the program that runs now, or ran last. */
  readonly pid: () => number | undefined;
  /** How the program ended, when it ended for good. */
  readonly ended: Promise<Ending>;
}

/** Runs a program with our standard streams, and carries out what child-life.ts decides. */
export function runChild(command: readonly string[], rules: ChildRules, world: ChildWorld): RunningChild {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const drive: Drive = {
    command,
    rules,
    world,
    finish: resolve,
    stop: new AbortController(),
    state: noChild,
    next: {},
    given: {},
  };
  return {
    begin(environment) {
      drive.next = environment;
      dispatch(drive, { kind: 'ready', at: world.clock.now() });
    },
    change(environment) {
      drive.next = environment;
      const names = differing(drive.given, environment);
      if (names.length === 0) return;
      world.log.info({ variables: names, onChange: rules.onChange }, "the program's environment is another one now");
      dispatch(drive, { kind: 'changed', at: world.clock.now() });
    },
    pid: () => drive.child?.pid,
    signalled: (signal) => dispatch(drive, { kind: 'signalled', signal, to: reachesGroup(signal, world) ? 'group' : 'us' }),
    ended: promise,
  };
}

function reachesGroup(signal: NodeJS.Signals, { group }: ChildWorld): boolean {
  return group === 'ours' && terminalSignals.includes(signal);
}

interface Drive {
  readonly command: readonly string[];
  readonly rules: ChildRules;
  readonly world: ChildWorld;
  readonly finish: (ending: Ending) => void;
  /** Ends waiting. */
  readonly stop: AbortController;
  state: ChildState;
  /** What the next one gets, and what the last one got. */
  next: Environment;
  given: Environment;
  child?: ChildProcess;
}

/** Names only: values don't leave the environment. */
function differing(one: Environment, other: Environment): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]).sort();
}

function dispatch(drive: Drive, event: ChildEvent): void {
  const next = step(drive.state, event, drive.rules);
  drive.state = next.state;
  for (const effect of next.effects) carryOut(drive, effect);
}

function carryOut(drive: Drive, effect: ChildEffect): void {
  const { clock, log } = drive.world;
  switch (effect.kind) {
    case 'start':
      start(drive);
      break;
    case 'signal':
      send(drive, effect.signal);
      break;
    case 'kill':
      log.warn({ pid: drive.child?.pid }, 'the program did not end within its grace, and is killed');
      kill(drive);
      break;
    case 'clear':
      void clear(drive, effect.until);
      break;
    case 'wakeAt':
      void wake(drive, effect.at - clock.now());
      break;
    case 'finish':
      drive.stop.abort();
      drive.finish(effect.ending);
      break;
  }
}

function start(drive: Drive): void {
  const { command, world } = drive;
  const [program = '', ...args] = command;
  drive.given = drive.next;
  try {
    const env = { ...drive.given };
    const child = world.spawn(program, args, { env, stdio: 'inherit', detached: world.group === 'own' });
    drive.child = child;
    child.once('error', (error) => notStarted(drive, program, error));
    child.once('exit', (code, signal) => ended(drive, signal ? { kind: 'signal', signal } : { kind: 'code', code: code ?? 0 }));
    child.once('spawn', () => world.log.info({ pid: child.pid }, 'the program runs'));
  } catch (error) {
    queueMicrotask(() => notStarted(drive, program, error));
  }
}

/** As a shell says it: 127 for what isn't there, 126 for what can't be run. */
function notStarted(drive: Drive, program: string, error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  drive.world.log.error({ program, reason: code }, 'the program could not be started');
  dispatch(drive, { kind: 'exited', at: drive.world.clock.now(), ending: { kind: 'code', code: code === 'ENOENT' ? 127 : 126 } });
}

function ended(drive: Drive, ending: Ending): void {
  const { log, clock } = drive.world;
  const how = ending.kind === 'code' ? { exitCode: ending.code } : { signal: ending.signal };
  log.info({ pid: drive.child?.pid, ...how }, 'the program ended');
  const { failures } = drive.state;
  dispatch(drive, { kind: 'exited', at: clock.now(), ending });
  if (drive.state.failures > failures)
    log.error(
      { failures: failures + 1 },
      'the program does not live on its new environment; it is tried again, and at once with another one',
    );
}

function send({ child }: Drive, signal: NodeJS.Signals): void {
  child?.kill(signal); // False when it is gone; then its end is on the way.
}

function kill({ child, world }: Drive): void {
  if (world.group === 'own' && child?.pid !== undefined) signalGroup(child.pid, 'SIGKILL', world.kill);
  child?.kill('SIGKILL');
}

const pollMs = 25;
/** What is killed is gone at once, unless it hangs in the kernel. */
const killedMs = 1_000;

async function clear(drive: Drive, until: number): Promise<void> {
  const { child, world } = drive;
  const pid = child?.pid;
  if (world.group === 'own' && pid !== undefined && signalGroup(pid, 'SIGTERM', world.kill)) {
    await gone(pid, until, drive);
    if (signalGroup(pid, 'SIGKILL', world.kill)) await gone(pid, world.clock.now() + killedMs, drive);
  }
  dispatch(drive, { kind: 'cleared', at: world.clock.now() });
}

async function gone(pid: number, until: number, { world, stop }: Drive): Promise<void> {
  while (world.clock.now() < until && isGroupAlive(pid, world.kill)) await world.clock.sleep(pollMs, stop.signal);
}

async function wake(drive: Drive, ms: number): Promise<void> {
  const { clock } = drive.world;
  await clock.sleep(ms, drive.stop.signal);
  if (!drive.stop.signal.aborted) dispatch(drive, { kind: 'wake', at: clock.now() });
}
