/**
 * The life of the program that `keytide exec` runs, as a state machine: `step` takes a state and an event and says the next state and
 * what to do. It knows nothing of processes or clocks; the driver (run-child.ts) carries its effects out.
 *
 * ```
 *  idle ── ready ──▶ running ── changed ──▶ stopping ── exited ──▶ clearing ── cleared ──▶ running
 *                      │ exited                 │ grace is over: kill                         ▲
 *                      ├── soon after a restart of ours, and not well ──▶ clearing ──▶ pausing┘ wake, or changed
 *                      ▼
 *                    ended
 * ```
 *
 * A program that ends by itself ends `exec`: whoever started it decides what follows. Only where a restart of ours, for changed
 * values, made it fail, it is tried again, as what we did must be mended by us: by the next good value, or the old one after a rollback.
 */
export interface ChildState {
  readonly phase: 'idle' | 'running' | 'stopping' | 'clearing' | 'pausing' | 'ended';
  /** ms since the epoch, of the child that runs or ran last. */
  readonly startedAt: number;
  /** It was started in place of another one. */
  readonly isReplacement: boolean;
  /** Replacements in a row that did not live. */
  readonly failures: number;
  /** The last one failed by what we did; while clearing. */
  readonly hasFailed: boolean;
  /** Somebody wants all of it to end: nothing is started any more. */
  readonly isEnding: boolean;
  /** Somebody at a terminal interrupted this one: its end is no failure of ours. */
  readonly isInterrupted: boolean;
  /** How the last one ended; while clearing. */
  readonly ending?: Ending;
  /** When `wake` is due. */
  readonly wakeAt?: number;
}

export type Ending =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

export type ChildEvent =
  /** The environment is known: for the first time. */
  | { readonly kind: 'ready'; readonly at: number }
  /** It is another one now. */
  | { readonly kind: 'changed'; readonly at: number }
  | { readonly kind: 'exited'; readonly at: number; readonly ending: Ending }
  /** Nobody is left whom it started. */
  | { readonly kind: 'cleared'; readonly at: number }
  | { readonly kind: 'wake'; readonly at: number }
  /** Somebody sent us this. `to`: a terminal sends to its whole group, so that the child has got it, too. */
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals; readonly to: 'us' | 'group' };

export type ChildEffect =
  | { readonly kind: 'start' }
  /** To the program itself. */
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The program and all that it started. */
  | { readonly kind: 'kill' }
  /** End what it started and left, until then by asking; send `cleared`. */
  | { readonly kind: 'clear'; readonly until: number }
  | { readonly kind: 'wakeAt'; readonly at: number }
  | { readonly kind: 'finish'; readonly ending: Ending };

export interface ChildRules {
  /** What a change of the environment leads to. */
  readonly onChange: 'restart' | 'none' | { readonly signal: NodeJS.Signals };
  /** From asking to killing, in a restart. */
  readonly graceMs: number;
}

export interface ChildStep {
  readonly state: ChildState;
  readonly effects: readonly ChildEffect[];
}

export const noChild: ChildState = {
  ...{ phase: 'idle', startedAt: 0, isReplacement: false, failures: 0 },
  ...{ hasFailed: false, isEnding: false, isInterrupted: false },
};

/** What lived so long after a restart took its new values; later ends are its own. */
const longLifeMs = 10_000;
const shortestPauseMs = 1_000;
const longestPauseMs = 300_000;

export function step(state: ChildState, event: ChildEvent, rules: ChildRules): ChildStep {
  switch (event.kind) {
    case 'ready':
      return start({ ...state, isReplacement: false }, event.at);
    case 'changed':
      return changed(state, event.at, rules);
    case 'exited':
      return exited(state, event, rules);
    case 'cleared':
      return cleared(state, event.at);
    case 'wake':
      return wake(state, event.at);
    case 'signalled':
      return signalled(state, event);
  }
}

function stay(state: ChildState): ChildStep {
  return { state, effects: [] };
}

function start(state: ChildState, at: number): ChildStep {
  const { ending: _, wakeAt: __, ...rest } = state;
  const fresh = { startedAt: at, hasFailed: false, isInterrupted: false };
  return { state: { ...rest, ...fresh, phase: 'running' }, effects: [{ kind: 'start' }] };
}

/** While one is being stopped or cleared away the next one gets the newest environment anyway. */
function changed(state: ChildState, at: number, { onChange, graceMs }: ChildRules): ChildStep {
  if (state.isEnding || onChange === 'none') return stay(state);
  if (state.phase === 'pausing') return start(state, at); // Other values are worth another try at once.
  if (state.phase === 'clearing') return stay({ ...state, hasFailed: false });
  if (state.phase !== 'running') return stay(state);
  if (onChange !== 'restart') return { state, effects: [{ kind: 'signal', signal: onChange.signal }] };
  const failures = hasLived(state, at) ? 0 : state.failures;
  const wakeAt = at + graceMs;
  return {
    state: { ...state, phase: 'stopping', failures, wakeAt },
    effects: [
      { kind: 'signal', signal: 'SIGTERM' },
      { kind: 'wakeAt', at: wakeAt },
    ],
  };
}

function hasLived({ startedAt }: ChildState, at: number): boolean {
  return at - startedAt >= longLifeMs;
}

function exited(state: ChildState, { at, ending }: ChildEvent & { kind: 'exited' }, { graceMs }: ChildRules): ChildStep {
  if (state.phase === 'stopping') return clear({ ...state, ending }, state.wakeAt ?? at);
  if (state.phase !== 'running') return stay(state);
  if (!isOurFault(state, at, ending)) return finish({ ...state, ending });
  return clear({ ...state, ending, hasFailed: true, failures: state.failures + 1 }, at + graceMs);
}

function isOurFault(state: ChildState, at: number, ending: Ending): boolean {
  const isWell = ending.kind === 'code' && ending.code === 0;
  return state.isReplacement && !state.isEnding && !state.isInterrupted && !hasLived(state, at) && !isWell;
}

function clear(state: ChildState, until: number): ChildStep {
  return { state: { ...state, phase: 'clearing' }, effects: [{ kind: 'clear', until }] };
}

function finish(state: ChildState): ChildStep {
  const ending = state.ending ?? { kind: 'code', code: 0 };
  return { state: { ...state, phase: 'ended', ending }, effects: [{ kind: 'finish', ending }] };
}

function cleared(state: ChildState, at: number): ChildStep {
  if (state.phase !== 'clearing') return stay(state);
  if (state.isEnding) return finish(state);
  if (!state.hasFailed) return start({ ...state, isReplacement: true }, at);
  const wakeAt = at + pauseMs(state.failures);
  return { state: { ...state, phase: 'pausing', wakeAt }, effects: [{ kind: 'wakeAt', at: wakeAt }] };
}

/** How long to wait after the n-th failure in a row (n from 1). */
function pauseMs(failures: number): number {
  return Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures - 1, 20));
}

function wake(state: ChildState, at: number): ChildStep {
  if (state.wakeAt === undefined) return stay(state);
  if (at < state.wakeAt) return { state, effects: [{ kind: 'wakeAt', at: state.wakeAt }] };
  if (state.phase === 'stopping') return { state, effects: [{ kind: 'kill' }] };
  return state.phase === 'pausing' ? start(state, at) : stay(state);
}

/** SIGINT is what somebody at a terminal sends, and programs with a prompt go on after it; the other two are for the whole container. */
const lastSignals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGQUIT', 'SIGINT'];

function signalled(state: ChildState, { signal, to }: ChildEvent & { kind: 'signalled' }): ChildStep {
  const isLast = lastSignals.includes(signal);
  const isInterrupt = signal === 'SIGINT';
  const effects: readonly ChildEffect[] = to === 'group' ? [] : [{ kind: 'signal', signal }];
  switch (state.phase) {
    case 'running':
      return {
        state: {
          ...state,
          isEnding: state.isEnding || (isLast && !isInterrupt),
          isInterrupted: state.isInterrupted || isInterrupt,
        },
        effects,
      };
    case 'stopping':
      return { state: { ...state, isEnding: state.isEnding || isLast }, effects };
    case 'clearing':
      return stay({ ...state, isEnding: state.isEnding || isLast });
    case 'ended':
      return stay(state);
    default:
      return isLast ? finish({ ...state, ending: { kind: 'signal', signal } }) : stay(state);
  }
}
