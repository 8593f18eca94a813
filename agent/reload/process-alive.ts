import { AgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ProcessAliveStep, ProcessSelector } from '../core/hooks.ts';
import { type AgentProcess, findProcesses, processLabel, seesOnlyItself } from './find-process.ts';
import { type StepFailure, secondsInWords } from './hook-context.ts';
import { isAlive, type ProcessInfo } from './process-table.ts';
import { nobody } from './refusal.ts';
import { wantedProcess } from './signal-target.ts';

export interface ProcessWorld extends AgentProcess {
  /** `/proc` unless a test has its own. */
  readonly procRoot?: string;
  readonly clock: Clock;
}

/** The processes that are meant, as they are now; or why there is none. */
export async function processesNow(
  selector: ProcessSelector,
  { procRoot = '/proc', ...agent }: ProcessWorld,
): Promise<readonly ProcessInfo[] | StepFailure> {
  try {
    const wanted = await wantedProcess(selector, procRoot);
    if (wanted.kind === 'wait') return failureOf(wanted.reason);
    const found = findProcesses(wanted, wanted.processes, agent);
    return found.length > 0 ? found : failureOf(nobody(selector, seesOnlyItself(wanted.processes, agent)));
  } catch (error) {
    return error instanceof AgentError ? failureOf(error) : { reason: 'the processes of the pod can’t be read' };
  }
}

function failureOf({ message, hint }: AgentError): StepFailure {
  return { reason: message, hint };
}

/**
 * Undefined when the process lives for the time of the step. `before`: who ran before the reload. `same`: all of those must live on, and
 * when nobody ran, whoever is there now. `restarted`: somebody must be there who wasn't.
 */
export async function processAlive(
  step: ProcessAliveStep & { readonly process: ProcessSelector },
  before: readonly ProcessInfo[],
  world: ProcessWorld,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  if (step.expect === 'same' && before.length > 0) {
    const failure = await livesFor(step.forMs, before, world, signal);
    return failure && { ...failure, isFinal: true };
  }
  const found = await processesNow(step.process, world);
  if ('reason' in found) return found;
  const fresh = step.expect === 'same' ? found : found.filter((each) => !before.some((old) => isSame(old, each)));
  if (fresh.length > 0) return livesFor(step.forMs, fresh, world, signal);
  return { reason: `${found.map(processLabel).join(', ')} still runs: it was not restarted` };
}

function isSame(one: ProcessInfo, other: ProcessInfo): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}

const pollMs = 100;

async function livesFor(
  ms: number,
  processes: readonly ProcessInfo[],
  { clock, procRoot = '/proc' }: ProcessWorld,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  for (const until = clock.now() + ms; ; await clock.sleep(Math.min(pollMs, Math.max(1, until - clock.now())), signal)) {
    for (const each of processes) if (!isAlive(procRoot, each)) return { reason: `${processLabel(each)} ended` };
    if (clock.now() >= until) return undefined;
    if (signal.aborted) return { reason: `did not live for ${secondsInWords(ms)} yet` };
  }
}
