import type { DeliveryEffect, DeliveryEvent, DeliveryRules, DeliveryState, Step } from './delivery-state.ts';

export const newDelivery: DeliveryState = { phase: 'waiting', published: 0, acknowledged: 0, pending: false, failures: 0 };

/**
 * One delivery as a state machine: `step` takes a state and an event and says the next state and what to do. It knows nothing of
 * files, processes or clocks; the deliverer carries its effects out and feeds their results back as events. docs/architecture.md draws it.
 */
export function step(state: DeliveryState, event: DeliveryEvent, rules: DeliveryRules): Step {
  switch (event.kind) {
    case 'adopted':
      return adopt(state, event, rules);
    case 'changed':
      return isBusy(state) ? stay(noted(state, event.at)) : settle(noted(state, event.at), rules);
    case 'unchanged':
      return nothingPending(state.phase === 'rolledBack' ? { ...withoutHeld(state), phase: 'acknowledged' } : state, rules);
    case 'heldBack':
      return nothingPending(state, rules);
    case 'wake':
      return wake(state, event.at, rules);
    case 'forced':
      return force(state, event.at, rules);
    case 'published':
    case 'restored':
      return tell({ ...state, published: event.generation, failures: 0 }, rules);
    case 'publishFailed':
      return retry({ ...state, phase: 'unpublished', pending: true });
    case 'reloaded':
      return rules.verifies ? verify(state) : acknowledge(state, rules);
    case 'reloadFailed':
      return retryUnlessPending({ ...state, phase: 'unreloaded' }, rules);
    case 'verified':
      return acknowledge(state, rules);
    case 'verifyFailed':
      return afterVerifyFailure(state, rules);
    case 'restoreFailed':
      return retryUnlessPending({ ...state, phase: event.outcome === 'gone' ? 'failed' : 'unrestored' }, rules);
  }
}

/** True while an effect runs that must not be overtaken: a newer generation waits for it. */
function isBusy({ phase }: DeliveryState): boolean {
  return phase === 'publishing' || phase === 'reloading' || phase === 'verifying' || phase === 'restoring';
}

/** True when what is published is what the app had before a generation that it did not take. */
function isRestored({ held, published }: DeliveryState): boolean {
  return held?.restoredAs === published;
}

function stay(state: DeliveryState): Step {
  return { state, effects: [] };
}

function retry(state: DeliveryState): Step {
  const failures = state.failures + 1;
  return { state: { ...state, failures }, effects: [{ kind: 'retry', failures }] };
}

/** A newer generation replaces what failed; without one it is tried again until it works. */
function retryUnlessPending(state: DeliveryState, rules: DeliveryRules): Step {
  return state.pending ? settle(state, rules) : retry(state);
}

/** A predecessor died between publishing and the app's proof: what it still owed is made up for. */
function adopt(state: DeliveryState, event: DeliveryEvent & { kind: 'adopted' }, rules: DeliveryRules): Step {
  const { generation, held } = event;
  const acknowledged = Math.min(event.acknowledged, generation);
  const adopted = { ...state, published: generation, acknowledged };
  if (held?.generation === generation && acknowledged > 0) return restore({ ...adopted, held });
  const known = held?.restoredAs === generation ? { ...adopted, held } : adopted;
  return acknowledged === generation ? stay(atRest(known)) : tell(known, rules);
}

/** The one slot: how often it changed doesn't matter, only since when and when last. */
function noted(state: DeliveryState, at: number): DeliveryState {
  return { ...state, pending: true, settling: { firstAt: state.settling?.firstAt ?? at, latestAt: at } };
}

function settle(state: DeliveryState, rules: DeliveryRules): Step {
  if (rules.quietMs === 0 && staggerOf(state, rules) === 0) return publish(state);
  return { state: { ...state, phase: 'settling', failures: 0 }, effects: [{ kind: 'wakeAt', at: settledAt(state, rules) }] };
}

function settledAt(state: DeliveryState, rules: DeliveryRules): number {
  const { settling } = state;
  if (!settling) return 0;
  return Math.min(settling.latestAt + rules.quietMs, settling.firstAt + rules.maxMs) + staggerOf(state, rules);
}

/** The first files of a pod are waited for; only what replaces others has a turn. */
function staggerOf({ published }: DeliveryState, { staggerMs }: DeliveryRules): number {
  return published === 0 ? 0 : staggerMs;
}

function publish(state: DeliveryState): Step {
  const generation = state.published + 1;
  const { settling: _, ...rest } = state;
  return { state: { ...rest, phase: 'publishing', pending: false }, effects: [{ kind: 'publish', generation }] };
}

function tell(state: DeliveryState, rules: DeliveryRules): Step {
  const isFirst = state.published === 1;
  if (isFirst && !rules.firstReload) return acknowledge(state, rules);
  if (rules.reloads)
    return { state: { ...state, phase: 'reloading' }, effects: [{ kind: 'reload', generation: state.published }] };
  return rules.verifies ? verify(state) : acknowledge(state, rules);
}

function verify(state: DeliveryState): Step {
  return { state: { ...state, phase: 'verifying' }, effects: [{ kind: 'verify', generation: state.published }] };
}

/** Back to what the app is known to run on. Where that fails as well, nothing is touched any more: only looked at again, and told. */
function afterVerifyFailure(state: DeliveryState, rules: DeliveryRules): Step {
  if (isRestored(state)) return retryUnlessPending({ ...state, phase: 'failed' }, rules);
  const hasWayBack = state.acknowledged > 0 && state.acknowledged < state.published;
  if (rules.onVerifyFailure === 'keep' || !hasWayBack) return retryUnlessPending({ ...state, phase: 'unverified' }, rules);
  return restore({ ...state, held: { generation: state.published, restoredAs: state.published + 1 }, failures: 0 });
}

function restore(state: DeliveryState): Step {
  const effect: DeliveryEffect = { kind: 'restore', generation: state.published + 1, of: state.acknowledged };
  return { state: { ...state, phase: 'restoring' }, effects: [effect] };
}

function acknowledge(state: DeliveryState, rules: DeliveryRules): Step {
  const done = atRest({ ...state, acknowledged: state.published, failures: 0 });
  const effect: DeliveryEffect = { kind: 'acknowledge', generation: state.published };
  if (!state.pending) return { state: done, effects: [effect] };
  const next = settle(done, rules);
  return { state: next.state, effects: [effect, ...next.effects] };
}

function atRest(state: DeliveryState): DeliveryState {
  return isRestored(state) ? { ...state, phase: 'rolledBack' } : { ...withoutHeld(state), phase: 'acknowledged' };
}

function withoutHeld({ held: _, ...rest }: DeliveryState): DeliveryState {
  return rest;
}

function nothingPending(state: DeliveryState, rules: DeliveryRules): Step {
  if (state.phase !== 'settling' && state.phase !== 'unpublished') return stay({ ...state, pending: false });
  const { settling: _, ...rest } = state;
  const calm: DeliveryState = { ...rest, pending: false, failures: 0 };
  if (state.published === 0) return stay({ ...calm, phase: 'waiting' });
  if (state.published === state.acknowledged) return stay(atRest(calm));
  return isRestored(state) && rules.verifies ? verify(calm) : tell(calm, rules);
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
    case 'unverified':
      return tell(state, rules);
    case 'unrestored':
      return restore(state);
    case 'failed':
      return verify(state);
    default:
      return stay(state);
  }
}

function force(state: DeliveryState, at: number, rules: DeliveryRules): Step {
  switch (state.phase) {
    case 'settling':
      return publish(state);
    case 'rolledBack':
      return stay({ ...withoutHeld(state), phase: 'acknowledged' });
    case 'failed':
      return tell(state, rules);
    default:
      return wake(state, at, rules);
  }
}
