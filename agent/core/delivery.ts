/**
 * One delivery as a state machine: `step` takes a state and an event and says the next state and what to do. It knows nothing of
 * files, processes or clocks; the deliverer carries its effects out and feeds their results back as events.
 *
 * ```
 * waiting ── changed ──▶ settling ── quiet ──▶ publishing ── published ──▶ reloading ── reloaded ──▶ acknowledged
 *                            ▲                     │ failed                    │ failed                  │
 *                            │                     ▼                           ▼                         │
 *                            ├───── retry ──── unpublished                 unreloaded ── retry ─▶ reloading
 *                            └─────────────────────── changed (one slot: only the newest counts) ────────┘
 * ```
 */
export interface DeliveryState {
  readonly phase: Phase;
  /** The generation that readers see; 0 before the first. */
  readonly published: number;
  /** The last generation that the app was told of. */
  readonly acknowledged: number;
  /** Something newer than what is published, or being published, is known. */
  readonly pending: boolean;
  /** When the first and the latest change of this settling came. */
  readonly settling?: { readonly firstAt: number; readonly latestAt: number };
  /** In a row, of publishing or of reloading. */
  readonly failures: number;
}

export type Phase = 'waiting' | 'settling' | 'publishing' | 'unpublished' | 'reloading' | 'unreloaded' | 'acknowledged';

export type DeliveryEvent =
  /** A predecessor's generation was found on the volume. */
  | { readonly kind: 'adopted'; readonly generation: number; readonly acknowledged: number }
  /** What would be rendered differs from what is published. */
  | { readonly kind: 'changed'; readonly at: number }
  /** What would be rendered is again what is published: nothing is pending any more. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'wake'; readonly at: number }
  | { readonly kind: 'published'; readonly generation: number }
  | { readonly kind: 'publishFailed' }
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'reloadFailed' };

export type DeliveryEffect =
  /** Send `wake` at this time. A later one replaces an earlier one. */
  | { readonly kind: 'wakeAt'; readonly at: number }
  /** Send `wake` after a backoff for this many failures in a row. */
  | { readonly kind: 'retry'; readonly failures: number }
  /** Publish the newest content under this number. */
  | { readonly kind: 'publish'; readonly generation: number }
  | { readonly kind: 'reload'; readonly generation: number }
  /** Remember that the app has this generation. */
  | { readonly kind: 'acknowledge'; readonly generation: number };

export interface DeliveryRules {
  readonly quietMs: number;
  readonly maxMs: number;
  readonly reloads: boolean;
  readonly firstReload: boolean;
}

export interface Step {
  readonly state: DeliveryState;
  readonly effects: readonly DeliveryEffect[];
}

export const newDelivery: DeliveryState = { phase: 'waiting', published: 0, acknowledged: 0, pending: false, failures: 0 };

export function step(state: DeliveryState, event: DeliveryEvent, rules: DeliveryRules): Step {
  switch (event.kind) {
    case 'adopted':
      return adopt(state, event, rules);
    case 'changed':
      return isBusy(state) ? stay(noted(state, event.at)) : settle(noted(state, event.at), rules);
    case 'unchanged':
      return nothingPending(state, rules);
    case 'wake':
      return wake(state, event.at, rules);
    case 'published':
      return tell({ ...state, published: event.generation, failures: 0 }, rules);
    case 'publishFailed':
      return retry({ ...state, phase: 'unpublished', pending: true });
    case 'reloaded':
      return acknowledge(state, rules);
    case 'reloadFailed':
      // A newer generation replaces the reload that failed; otherwise it is tried again until it works.
      return state.pending ? settle(state, rules) : retry({ ...state, phase: 'unreloaded' });
  }
}

/** True while an effect runs that must not be overtaken: a newer generation waits for it. */
function isBusy(state: DeliveryState): boolean {
  return state.phase === 'publishing' || state.phase === 'reloading';
}

function stay(state: DeliveryState): Step {
  return { state, effects: [] };
}

function retry(state: DeliveryState): Step {
  const failures = state.failures + 1;
  return { state: { ...state, failures }, effects: [{ kind: 'retry', failures }] };
}

/** A predecessor died between publishing and the app's answer: the reload is made up for. */
function adopt(state: DeliveryState, event: DeliveryEvent & { kind: 'adopted' }, rules: DeliveryRules): Step {
  const acknowledged = Math.min(event.acknowledged, event.generation);
  const adopted = { ...state, published: event.generation, acknowledged };
  return acknowledged === event.generation ? stay({ ...adopted, phase: 'acknowledged' }) : tell(adopted, rules);
}

/** The one slot: how often it changed doesn't matter, only since when and when last. */
function noted(state: DeliveryState, at: number): DeliveryState {
  return { ...state, pending: true, settling: { firstAt: state.settling?.firstAt ?? at, latestAt: at } };
}

function settle(state: DeliveryState, rules: DeliveryRules): Step {
  if (rules.quietMs === 0) return publish(state);
  return { state: { ...state, phase: 'settling', failures: 0 }, effects: [{ kind: 'wakeAt', at: settledAt(state, rules) }] };
}

function settledAt({ settling }: DeliveryState, rules: DeliveryRules): number {
  return settling ? Math.min(settling.latestAt + rules.quietMs, settling.firstAt + rules.maxMs) : 0;
}

function publish(state: DeliveryState): Step {
  const generation = state.published + 1;
  const { settling: _, ...rest } = state;
  return { state: { ...rest, phase: 'publishing', pending: false }, effects: [{ kind: 'publish', generation }] };
}

function tell(state: DeliveryState, rules: DeliveryRules): Step {
  const isFirst = state.published === 1;
  if (!rules.reloads || (isFirst && !rules.firstReload)) return acknowledge(state, rules);
  return { state: { ...state, phase: 'reloading' }, effects: [{ kind: 'reload', generation: state.published }] };
}

function acknowledge(state: DeliveryState, rules: DeliveryRules): Step {
  const done: DeliveryState = { ...state, phase: 'acknowledged', acknowledged: state.published, failures: 0 };
  const effect: DeliveryEffect = { kind: 'acknowledge', generation: state.published };
  if (!state.pending) return { state: done, effects: [effect] };
  const next = settle(done, rules);
  return { state: next.state, effects: [effect, ...next.effects] };
}

function nothingPending(state: DeliveryState, rules: DeliveryRules): Step {
  if (state.phase !== 'settling' && state.phase !== 'unpublished') return stay({ ...state, pending: false });
  const { settling: _, ...rest } = state;
  const calm: DeliveryState = { ...rest, pending: false, failures: 0 };
  if (state.published === 0) return stay({ ...calm, phase: 'waiting' });
  return state.published === state.acknowledged ? stay({ ...calm, phase: 'acknowledged' }) : tell(calm, rules);
}

function wake(state: DeliveryState, at: number, rules: DeliveryRules): Step {
  switch (state.phase) {
    case 'settling': {
      const dueAt = settledAt(state, rules);
      return at >= dueAt ? publish(state) : { state, effects: [{ kind: 'wakeAt', at: dueAt }] };
    }
    case 'unpublished':
      return publish(state);
    case 'unreloaded':
      return { state: { ...state, phase: 'reloading' }, effects: [{ kind: 'reload', generation: state.published }] };
    default:
      return stay(state);
  }
}
