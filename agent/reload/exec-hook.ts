import type { ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import type { ExecStep } from '../core/hooks.ts';
import { codeOf, filled, type HookContext, type StepFailure, secondsInWords, timed } from './hook-context.ts';
import { lastLines, type OutputTail, outputTail } from './output-tail.ts';

export interface ExecWorld {
  /** Of node:child_process, which is loaded for whom it runs. */
  readonly spawn: () => Promise<typeof spawn>;
  /** `process.kill`: with the negative of a PID for a group, with 0 to ask whether it is there. */
  readonly kill: (pid: number, signal: NodeJS.Signals | 0) => unknown;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  /** The agent's PATH and HOME, as far as it has them. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly failure?: StepFailure;
  /** What it printed last, redacted. */
  readonly output: string;
}

/**
 * Runs a program in a process group of its own. It gets no secret, in its arguments or its environment, and nothing on its standard input.
 * When its time is over, or `signal` aborts, the whole group is asked to end, and killed after a grace. What it leaves running after
 * its own end is left alone and not waited for.
 */
export async function runProgram(step: ExecStep, context: HookContext, world: ExecWorld, signal: AbortSignal): Promise<Ran> {
  const [out, err] = [outputTail(), outputTail()];
  const child = await started(step, context, world);
  if ('code' in child) return { failure: notStarted(step, child.code), output: '' };
  child.stdout?.on('data', out.add);
  child.stderr?.on('data', err.add);
  const ended = endOf(child);
  const { value, isOver } = await timed(step.timeoutMs, world.clock, signal, (limit) => Promise.race([ended, aborted(limit)]));
  if (value === 'aborted') await endGroup(child, ended, isOver ? graceMs : stoppingGraceMs, world);
  await letGo(child, world);
  const failure = value === 'aborted' ? stopped(step, isOver, [err, out], world) : failureOf(step, value, [err, out], world);
  return {
    ...(failure ? { failure } : {}),
    output: [out, err]
      .map((tail) => tail.text(world.mask))
      .join('\n')
      .trim(),
  };
}

const graceMs = 2_000;
/** The agent itself has only `--grace` to stop. */
const stoppingGraceMs = 500;

async function started(
  { command }: ExecStep,
  context: HookContext,
  { spawn, environment }: ExecWorld,
): Promise<ChildProcess | { readonly code: string }> {
  const [program = '', ...args] = command.map((each) => filled(each, context));
  const about = {
    KEYTIDE_DELIVERY: context.delivery,
    KEYTIDE_GENERATION: String(context.generation),
    KEYTIDE_DIR: context.directory,
  };
  try {
    const start = await spawn();
    return start(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, ...about } });
  } catch (error) {
    return { code: codeOf(error) };
  }
}

type End =
  | { readonly kind: 'notStarted'; readonly code: string }
  | { readonly kind: 'exit'; readonly code: number | null; readonly by: NodeJS.Signals | null };

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ kind: 'notStarted', code: codeOf(error) }));
    child.once('exit', (code, by) => resolve({ kind: 'exit', code, by }));
  });
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

const pollMs = 25;
/** The kernel ends what is killed at once, unless it hangs in the kernel itself: that isn't waited for. */
const killedMs = 1_000;

/** All of the group, not only its leader, has the grace. */
async function endGroup({ pid }: ChildProcess, ended: Promise<End>, ms: number, world: ExecWorld): Promise<void> {
  if (pid === undefined) return;
  const { clock } = world;
  const never = new AbortController().signal;
  toGroup(pid, 'SIGTERM', world);
  for (const until = clock.now() + ms; clock.now() < until && toGroup(pid, 0, world); ) await clock.sleep(pollMs, never);
  toGroup(pid, 'SIGKILL', world);
  const waited = new AbortController();
  await Promise.race([ended, clock.sleep(killedMs, waited.signal)]);
  waited.abort();
}

/** False when nobody of the group is there any more. */
function toGroup(pid: number, signal: NodeJS.Signals | 0, { kill }: ExecWorld): boolean {
  try {
    kill(-pid, signal);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // Somebody of another user: there, and not ours to end.
  }
}

/** What was printed right before the end comes in a moment; what a daemon that was left behind holds open never ends. */
const drainMs = 200;

async function letGo(child: ChildProcess, { clock }: ExecWorld): Promise<void> {
  const waited = new AbortController();
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const closed = streams.map((stream) => (stream.closed ? undefined : new Promise((resolve) => stream.once('close', resolve))));
  await Promise.race([Promise.all(closed), clock.sleep(drainMs, waited.signal)]);
  waited.abort();
  for (const stream of streams) stream.destroy();
  child.unref();
}

function notStarted({ command: [program = ''] }: ExecStep, code: string): StepFailure {
  if (code === 'ERR_ACCESS_DENIED') {
    return {
      reason: 'could not be started: the agent gave up its right to start programs',
      hint: 'It does so when no hook is configured at its start: restart the pod.',
    };
  }
  return {
    reason: `could not be started (${code})`,
    hint: `Hooks run in the agent's container: put ${program} into its image, executable for its user.`,
  };
}

function stopped(step: ExecStep, isOver: boolean, tails: readonly OutputTail[], world: ExecWorld): StepFailure {
  if (!isOver) return { reason: 'was ended: the agent stops' };
  return { reason: `did not end within ${secondsInWords(step.timeoutMs)} and was killed${saying(tails, world)}` };
}

function failureOf(step: ExecStep, end: End, tails: readonly OutputTail[], world: ExecWorld): StepFailure | undefined {
  if (end.kind === 'notStarted') return notStarted(step, end.code);
  if (end.code === 0) return undefined;
  const how = end.code === null ? `was ended by ${end.by ?? 'a signal'}` : `ended with exit code ${end.code}`;
  return { reason: `${how}${saying(tails, world)}` };
}

/** Its last words; of the first of these that said something. */
function saying(tails: readonly OutputTail[], { mask }: ExecWorld): string {
  const words = tails.map((tail) => lastLines(tail.text(mask))).find((text) => text !== '');
  return words === undefined ? '' : `: ${words}`;
}
