import { AgentError } from '../core/agent-error.ts';
import type { ProcessSelector, SignalStep } from '../core/hooks.ts';
import { type AgentProcess, findProcesses, processLabel, seesOnlyItself, type Wanted } from './find-process.ts';
import { isStale, readPidFile } from './pid-file.ts';
import { type ProcessInfo, readProcesses } from './process-table.ts';
import { ambiguous, doubtful, nobody, notTaken, otherUser } from './refusal.ts';
import { type Runtime, runtimeOf, unreliableHandler } from './runtime.ts';
import { type Disposition, dispositionOf, maySignal, readSignalState, type SignalState } from './signal-state.ts';

/** A process that may be signalled and takes it. */
export interface Target {
  readonly app: ProcessInfo;
  readonly runtime: Runtime;
}

/** `wait`: not yet, as the app may be starting; the reason is what to throw when the patience ends. */
export type Choice =
  | { readonly kind: 'ready'; readonly targets: readonly Target[] }
  | { readonly kind: 'wait'; readonly reason: AgentError };

/**
 * Who gets the signal now. All that the step means must be able to take it, else none gets it. Throws RELOAD_FAILED when
 * waiting can't help: several unrelated matches, another UID, a runtime whose handler proves nothing.
 */
export async function chooseTargets(step: SignalStep, procRoot: string, agent: AgentProcess): Promise<Choice> {
  const wanted = await wantedProcess(step.process, procRoot);
  if (wanted.kind === 'wait') return wanted;
  const found = findProcesses(wanted, wanted.processes, agent);
  if (found.length === 0) return wait(nobody(step.process, seesOnlyItself(wanted.processes, agent)));
  if (found.length > 1 && !step.all) throw ambiguous(step.process, found);
  const self = await readSignalState(procRoot, agent.selfPid);
  if (!self) throw new AgentError('RELOAD_FAILED', `${procRoot} does not show the agent itself`);
  const targets: Target[] = [];
  for (const app of found) {
    const reason = await reasonToWait(step, app, self, procRoot);
    if (reason) return wait(reason);
    targets.push({ app, runtime: await provenRuntime(step, app, procRoot) });
  }
  return { kind: 'ready', targets };
}

/** True while its signal mask still says that it takes the signal. */
export async function stillTakes(step: SignalStep, app: ProcessInfo, procRoot: string): Promise<boolean> {
  const state = await readSignalState(procRoot, app.pid);
  return state !== undefined && obstacle(step, state) === undefined;
}

/** What keeps a process from taking the signal. One that blocks it may take it by signalfd: only its operator knows. */
function obstacle(step: SignalStep, state: SignalState): Exclude<Disposition, 'handles'> | undefined {
  const disposition = dispositionOf(state, step.signal);
  return disposition === 'handles' || (disposition === 'blocks' && step.handled) ? undefined : disposition;
}

function wait(reason: AgentError): Choice & { readonly kind: 'wait' } {
  return { kind: 'wait', reason };
}

export type Look = (Wanted & { readonly processes: readonly ProcessInfo[] }) | (Choice & { readonly kind: 'wait' });

/** What to look for and among which processes. The pid file is read first: whoever it names must be in the table already. */
export async function wantedProcess(selector: ProcessSelector, procRoot: string): Promise<Look> {
  if (selector.kind !== 'pidFile') return { ...selector, processes: readProcesses(procRoot) };
  const file = await readPidFile(selector.path);
  if (!file) return wait(new AgentError('RELOAD_FAILED', `pid file ${selector.path} does not exist yet, or is empty`));
  const processes = readProcesses(procRoot);
  const named = processes.find(({ pid }) => pid === file.pid);
  if (named && (await isStale(file, named, procRoot))) {
    return wait(new AgentError('RELOAD_FAILED', `pid file ${selector.path} is older than ${processLabel(named)}, whom it names`));
  }
  return { kind: 'pid', pid: file.pid, processes };
}

/** Undefined when the process takes the signal. */
async function reasonToWait(
  step: SignalStep,
  app: ProcessInfo,
  self: SignalState,
  procRoot: string,
): Promise<AgentError | undefined> {
  const state = await readSignalState(procRoot, app.pid);
  if (!state) return new AgentError('RELOAD_FAILED', `${processLabel(app)} has ended`);
  if (!maySignal(self, state)) throw otherUser(app, self, state);
  const why = obstacle(step, state);
  return why === undefined ? undefined : notTaken(step.signal, app, why);
}

/** Throws when the runtime's handler proves nothing and the step doesn't vouch for the program. */
async function provenRuntime(step: SignalStep, app: ProcessInfo, procRoot: string): Promise<Runtime> {
  const runtime = await runtimeOf(procRoot, app);
  const doubt = step.handled ? undefined : unreliableHandler(runtime, step.signal);
  if (doubt !== undefined) throw doubtful(step.signal, app, doubt);
  return runtime;
}
