import { spawn } from 'node:child_process';
import { isatty } from 'node:tty';
import type { Agent } from '../agent.ts';
import { AgentError, asAgentError } from '../core/agent-error.ts';
import type { Progress } from '../core/patience.ts';
import { type EnvironmentPlan, planEnvironment } from '../exec/child-environment.ts';
import type { Ending } from '../exec/child-life.ts';
import { passedSignals } from '../exec/passed-signals.ts';
import { type RunningChild, runChild } from '../exec/run-child.ts';
import { becomeOnce } from './exec-once.ts';
import type { ExecSettings } from './exec-options.ts';
import { environmentBefore } from './exec-reaped.ts';
import { type ExecRoot, execRoot } from './exec-root.ts';
import { environmentNow, generationsOf, refuseUnknown, tellOf } from './exec-values.ts';
import { exitCodeOfSignal } from './exit-codes.ts';
import { firstDelivery, reportUndone } from './init.ts';
import type { AgentOptions } from './options.ts';
import { progressOf } from './progress.ts';
import { isMissing, startRest, within } from './run.ts';
import { type StartedAgent, startAgent } from './started-agent.ts';
import type { World } from './world.ts';

/** What `exec` was told. */
export type ExecInvocation = { readonly options: AgentOptions } & ExecSettings;

/** `keytide exec`: as `run`, with a program that has secrets in its environment. Ends as the program ends. */
export async function run(invocation: ExecInvocation, world: World): Promise<number> {
  const { mayStartPrograms } = world.itself;
  if (!mayStartPrograms) {
    const hint = 'Start Node with --allow-child-process, or without --permission.';
    throw new AgentError('USAGE', "exec can't start a program: Node's permission model forbids it", { hint });
  }
  const plan = planEnvironment(environmentBefore(world), invocation);
  const root = execRoot(invocation.options, world.env);
  if (invocation.once) return becomeOnce({ ...invocation, options: root.options }, plan, root, world);
  const ending = await untilEnd(invocation, plan, root, world);
  return typeof ending === 'number' ? ending : endAs(ending, world);
}

/** A number is the exit code where the program was never started. */
async function untilEnd(
  invocation: ExecInvocation,
  plan: EnvironmentPlan,
  { options, remove }: ExecRoot,
  world: World,
): Promise<Ending | number> {
  const ended = new AbortController();
  let started: StartedAgent | undefined;
  const stop = options.keepToken ? 'keep' : 'revoke';
  try {
    const child = passSignals(world);
    started = await startAgent(options, { ...world, programPid: child.pid }, 'on');
    refuseUnknown(plan, started);
    const { log } = started;
    startRest(started, options, world, ended.signal).catch((error: unknown) =>
      log.error({ error }, 'probes and watchers could not be started'),
    );
    const missing = await firstGenerations(started, options, world);
    if (world.signal.aborted) return world.exitCodeOfSignal();
    if (missing.length > 0) return reportUndone(missing, started, world);
    return await follow(plan, child.is(programOf(invocation, started, world)), started, ended.signal);
  } finally {
    ended.abort();
    started?.changes.ring();
    if (started) await within(options.graceMs, started.stop(stop));
    remove();
  }
}

/** Until there is a program, those that end a process end us. */
function passSignals({ itself }: World): {
  readonly is: (child: RunningChild) => RunningChild;
  readonly pid: () => number | undefined;
} {
  let running: RunningChild | undefined;
  itself.takeSignals(passedSignals, (signal) => {
    running?.signalled(signal);
    return running !== undefined;
  });
  return {
    pid: () => running?.pid(),
    is(child) {
      running = child;
      return child;
    },
  };
}

function programOf({ program, onChange, options }: ExecInvocation, { log }: StartedAgent, world: World): RunningChild {
  const group = isatty(0) ? 'ours' : 'own';
  const rules = { onChange, graceMs: options.graceMs };
  return runChild(program, rules, { clock: world.clock, log, spawn, kill: world.kill, group });
}

/** What has no files at all, with the reasons. Hooks that need the program aren't waited for: it doesn't run yet. */
async function firstGenerations(started: StartedAgent, options: AgentOptions, world: World): Promise<readonly Progress[]> {
  const undone = await firstDelivery(started, options, world, 'early', (agent) =>
    progressOf(agent).map((each) => ({ ...each, isSettled: each.isSettled || isShown(each.delivery, agent) })),
  );
  return undone.filter(({ delivery }) => isMissing(started, delivery));
}

/** True when its newest files are on the volume, and only the proof is missing. */
function isShown(name: string, agent: Agent): boolean {
  const deliverer = agent.deliverers().find(({ delivery }) => delivery.name === name);
  const { phase, pending, published } = deliverer?.state() ?? { phase: 'waiting', pending: true, published: 0 };
  const clocks = deliverer?.delivery.externalSecrets.map((secret) => agent.clocks().get(secret)) ?? [];
  const wereTried = clocks.every((clock) => clock?.content !== undefined || clock?.error !== undefined);
  return published > 0 && !pending && wereTried && !['waiting', 'settling', 'publishing', 'unpublished'].includes(phase);
}

/** Starts the program, and tells it of every other environment until it ended. */
async function follow(plan: EnvironmentPlan, child: RunningChild, started: StartedAgent, signal: AbortSignal): Promise<Ending> {
  const made = environmentNow(plan, started);
  tellOf(made, started);
  const generations = generationsOf(plan, started);
  child.begin(made.environment);
  void followChanges(plan, child, started, { signal, generations });
  return child.ended;
}

/** Only a ring of the bell can mean another environment. */
const restMs = 60_000;

async function followChanges(
  plan: EnvironmentPlan,
  child: RunningChild,
  started: StartedAgent,
  { signal, generations }: { readonly signal: AbortSignal; readonly generations: string },
): Promise<void> {
  for (let [known, rings] = [generations, started.changes.rings()]; !signal.aborted; ) {
    const seen = generationsOf(plan, started);
    if (seen !== known) {
      known = seen;
      takeEnvironment(plan, child, started);
    }
    await started.changes.wait(restMs, rings);
    rings = started.changes.rings();
  }
}

/** One that can't be made leaves the program on the one that it has. */
function takeEnvironment(plan: EnvironmentPlan, child: RunningChild, started: StartedAgent): void {
  try {
    child.change(environmentNow(plan, started).environment);
  } catch (caught) {
    const error = asAgentError(caught, 'RESOLVE_FAILED', 'the environment could not be made');
    started.log.error({ error }, 'the changed environment could not be made; the program goes on with the one it has');
  }
}

/** Those of which the kernel would write an image of our memory. */
const dumping: readonly NodeJS.Signals[] = [
  ...(['SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGXCPU', 'SIGXFSZ', 'SIGSYS'] as const),
];

/** By the same signal, so that whoever started us sees what it would see of the program. Process 1 can't end so. */
function endAs(ending: Ending, { itself, pid }: World): number {
  if (ending.kind === 'code') return ending.code;
  if (pid !== 1 && !dumping.includes(ending.signal)) itself.endBy(ending.signal);
  return exitCodeOfSignal(ending.signal);
}
