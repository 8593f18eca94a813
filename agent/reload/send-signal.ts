import { AgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { SignalStep } from '../core/hooks.ts';
import type { Log } from '../core/log.ts';
import { type AgentProcess, processLabel } from './find-process.ts';
import { isAlive, type ProcessInfo } from './process-table.ts';
import { chooseTargets, stillTakes, type Target } from './signal-target.ts';

export interface SignalWorld extends AgentProcess {
  /** `/proc` unless a test has its own. */
  readonly procRoot?: string;
  /** `process.kill`. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => unknown;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts the waits. */
  readonly signal: AbortSignal;
  /** How long an app that isn't there yet, or has no handler yet, is waited for; 5 s unless given. */
  readonly waitMs?: number;
  /** How long a process is watched after the signal; 1.5 s unless given. */
  readonly watchMs?: number;
}

/** What was done, as fields for the log. */
export type Sent = {
  readonly pids: readonly number[];
  /** From the first look until the signal went out. */
  readonly waitedMs: number;
  /** Those whose executable we may not read: that they take the signal was told by their signal mask alone. */
  readonly trustedByMaskAlone?: readonly number[];
};

/** A signal that went out. */
export interface SentSignal {
  readonly sent: Sent;
  /** Why the signal did harm, as far as one sees now: a process that got it has ended. */
  readonly harm: () => Promise<AgentError | undefined>;
}

/**
 * Sends a signal once to each process that the step means, and only when it takes it: waits for a handler, and looks again right before
 * sending. Throws RELOAD_FAILED; then nothing was sent.
 */
export async function sendSignal(step: SignalStep, world: SignalWorld): Promise<SentSignal> {
  const startedAt = world.clock.now();
  const { sent, waitedMs } = await sendWhenReady(step, world, startedAt);
  const blind = sent.filter(({ runtime }) => runtime === 'unknown').map(({ app }) => app.pid);
  const pids = sent.map(({ app }) => app.pid);
  return {
    sent: { pids, waitedMs, ...(blind.length > 0 ? { trustedByMaskAlone: blind } : {}) },
    harm: () => harmOf(step, sent, world),
  };
}

/** Watches whether the processes live on after the signal. Resolves with the harm, or undefined when there was none in that time. */
export async function watchSignal({ harm }: SentSignal, world: SignalWorld): Promise<AgentError | undefined> {
  const { clock, signal } = world;
  const until = clock.now() + (world.watchMs ?? 1_500);
  while (clock.now() < until && !signal.aborted) {
    await clock.sleep(pollMs, signal);
    const found = await harm();
    if (found) return found;
  }
  return undefined;
}

interface Delivered {
  readonly sent: readonly Target[];
  readonly waitedMs: number;
}

const pollMs = 100;

async function sendWhenReady(step: SignalStep, world: SignalWorld, startedAt: number): Promise<Delivered> {
  const { clock, log, signal } = world;
  const deadline = startedAt + (world.waitMs ?? 5_000);
  for (let tries = 0; ; tries += 1) {
    const choice = await chooseTargets(step, world.procRoot ?? '/proc', world);
    const sent = choice.kind === 'ready' ? await sendToAll(step, choice.targets, world) : [];
    const waitedMs = clock.now() - startedAt;
    if (sent.length > 0) return { sent, waitedMs };
    const reason = choice.kind === 'wait' ? choice.reason : endedMeanwhile(step);
    if (clock.now() >= deadline || signal.aborted) throw reason;
    if (tries === 0) log.info({ signal: step.signal, reason: reason.message }, 'waiting for the app to take the signal');
    await clock.sleep(pollMs, signal);
  }
}

/**
 * Those that it was sent to. Looks once more: a process that has ended since it was chosen is left out, whoever has its
 * PID now; so is one that has become another program (exec keeps PID and start, and drops all handlers).
 */
async function sendToAll(step: SignalStep, targets: readonly Target[], world: SignalWorld): Promise<readonly Target[]> {
  const { procRoot = '/proc' } = world;
  const sent: Target[] = [];
  for (const target of targets) {
    const takesIt = await stillTakes(step, target.app, procRoot);
    if (takesIt && isAlive(procRoot, target.app) && sendTo(step, target.app, world)) sent.push(target);
  }
  return sent;
}

/** False when the process ended in this very moment. */
function sendTo(step: SignalStep, app: ProcessInfo, world: SignalWorld): boolean {
  try {
    world.kill(app.pid, step.signal);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ESRCH') return false;
    throw new AgentError('RELOAD_FAILED', `the kernel refused ${step.signal} to ${processLabel(app)}`, {
      cause,
      hint: 'Give both containers the same runAsUser, or reload by HTTP; a security module may forbid signals as well.',
    });
  }
}

function endedMeanwhile(step: SignalStep): AgentError {
  return new AgentError('RELOAD_FAILED', `the process that ${step.signal} was meant for ended before it could be sent`);
}

/** Signals that ask a program to end: then its end is what was wanted. */
const ending = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT', 'SIGQUIT']);

async function harmOf(step: SignalStep, sent: readonly Target[], world: SignalWorld): Promise<AgentError | undefined> {
  if (ending.has(step.signal)) return undefined;
  for (const { app } of sent) if (!isAlive(world.procRoot ?? '/proc', app)) return endedAfter(step, app);
  return undefined;
}

function endedAfter(step: SignalStep, app: ProcessInfo): AgentError {
  return new AgentError('RELOAD_FAILED', `${processLabel(app)} ended after ${step.signal}, which the agent had sent`, {
    hint: `Look at the app's log: it may not handle ${step.signal}, or may not get on with the new files.`,
  });
}
