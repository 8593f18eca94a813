import { afterFailure, afterParent, type ParentNews, type RenewalFailure } from './lease-news.ts';
import { type Credential, endOf, latestReplaceAt, lingerMs, renewAt, replaceAt, toleranceMs } from './lease-times.ts';

/**
 * The credentials of one use of a generator as a state machine: `step` takes a state and an event and says the next state and what to do.
 * It knows nothing of servers, files or clocks; the ledger carries its effects out and feeds their results back as events.
 *
 * One credential is current: it is what a refresh gives. The one before it is outgoing: some delivery may still show it, so it is kept
 * alive until all of them have the current one and a moment more, and then let go. Never are there more than these two.
 */
export interface LeaseState {
  readonly current?: Credential;
  readonly outgoing: readonly Credential[];
  /** When the outgoing ones are let go: a moment after all deliveries were acknowledged with the current one. Absent: they are needed. */
  readonly freeAtMs?: number;
  readonly phase: 'resting' | 'issuing';
  /** How long a credential lives at most, as the server showed by cutting a renewal short. */
  readonly lifeMs?: number;
  /** When a refresh was asked for, for want of another credential. */
  readonly askedAtMs?: number;
}

export type LeaseEvent =
  /** A refresh wants what this gives. */
  | { readonly kind: 'wanted'; readonly atMs: number }
  | { readonly kind: 'issued'; readonly credential: Credential; readonly atMs: number }
  | { readonly kind: 'issueFailed' }
  | {
      readonly kind: 'renewed';
      readonly id: string;
      readonly sentAtMs: number;
      readonly grantedMs: number;
      readonly isRenewable: boolean;
      readonly spread: number;
    }
  | ({ readonly kind: 'renewFailed'; readonly id: string } & RenewalFailure)
  | ({ readonly kind: 'parent'; readonly id: string } & ParentNews)
  /** Every delivery shows, and its app has, just these. */
  | { readonly kind: 'settled'; readonly ids: ReadonlySet<string>; readonly atMs: number }
  /** No external secret wants it any more; files may still show it. */
  | { readonly kind: 'unwanted' }
  /** No file shows it any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'tick'; readonly atMs: number };

export type LeaseEffect =
  | { readonly kind: 'issue' }
  | { readonly kind: 'renew'; readonly credential: Credential }
  /** Revoke it: nobody uses it. Comes before an `issue` of the same step. */
  | { readonly kind: 'letGo'; readonly credential: Credential }
  /** Refresh the external secret: another credential is due. */
  | { readonly kind: 'refresh' };

export interface LeaseStep {
  readonly state: LeaseState;
  readonly effects: readonly LeaseEffect[];
}

export const noLease: LeaseState = { outgoing: [], phase: 'resting' };

/** A refresh that was asked for and led to nothing is asked for again. */
const askAgainMs = 30_000;

export function step(state: LeaseState, event: LeaseEvent): LeaseStep {
  switch (event.kind) {
    case 'wanted':
      return wanted(state, event.atMs);
    case 'issued':
      return stay(issued(state, event.credential, event.atMs));
    case 'issueFailed':
      return stay({ ...state, phase: 'resting' });
    case 'renewed':
      return stay(renewed(state, event));
    case 'renewFailed':
      return stay(changed(state, event.id, (credential) => afterFailure(credential, event)));
    case 'parent':
      return stay(changed(state, event.id, (credential) => afterParent(credential, event)));
    case 'settled':
      return stay(settled(state, event.ids, event.atMs));
    case 'unwanted':
      return stay(unwanted(state));
    case 'gone':
      return letGo(unwanted(state));
    case 'tick':
      return tick(state, event.atMs);
  }
}

/** When a `tick` has something to do; Infinity: never by itself. */
export function nextTickAt(state: LeaseState): number {
  const { current, outgoing, lifeMs } = state;
  const renewals = [...(current ? [current] : []), ...outgoing].map((each) => renewAt(each, lifeMs));
  return Math.min(...renewals, ...outgoing.map(endOf), freeAt(state), askAt(state));
}

/** True for one whose time isn't over. */
export function isAlive(credential: Credential, atMs: number): boolean {
  return endOf(credential) > atMs;
}

function stay(state: LeaseState): LeaseStep {
  return { state, effects: [] };
}

function wanted(given: LeaseState, atMs: number): LeaseStep {
  const state = withoutEnded(given, atMs);
  const { current, outgoing } = state;
  if (state.phase === 'issuing') return stay(state);
  const last = outgoing.at(-1);
  if (!current && last) return wanted({ ...needed(state), current: last, outgoing: outgoing.slice(0, -1) }, atMs); // The spec was changed back.
  if (current && !isDue(state, current, atMs)) {
    const { isTakenOver: _, ...known } = current;
    return stay({ ...state, current: known });
  }
  return {
    state: { ...needed(state), outgoing: [], phase: 'issuing' },
    effects: [...outgoing.map((credential) => ({ kind: 'letGo', credential }) as const), { kind: 'issue' }],
  };
}

/** Whether a refresh makes another one. A lease that is still good is used again. */
function isDue(state: LeaseState, current: Credential, atMs: number): boolean {
  if (current.kind === 'static') return true;
  if (current.kind === 'plain' && !current.isTakenOver) return true;
  return atMs >= Math.min(dueAt(state, current), endOf(current));
}

/** As long as the one before is needed, the current one stays as long as it can: a third one must not be. */
function dueAt(state: LeaseState, current: Credential): number {
  const { outgoing, lifeMs } = state;
  const usualMs = replaceAt(current, lifeMs);
  if (outgoing.length === 0) return usualMs;
  return Math.max(usualMs, Math.min(latestReplaceAt(current), freeAt(state), ...outgoing.map(endOf)));
}

function issued(state: LeaseState, credential: Credential, atMs: number): LeaseState {
  const { askedAtMs: _, current, ...rest } = needed(state);
  const isToLetGo = current?.kind === 'lease' && isAlive(current, atMs);
  const lifeMs = rest.lifeMs === undefined ? {} : { lifeMs: Math.max(rest.lifeMs, credential.grantedMs) };
  return {
    ...rest,
    ...lifeMs,
    current: credential,
    outgoing: isToLetGo ? [...rest.outgoing, current] : rest.outgoing,
    phase: 'resting',
  };
}

function renewed(state: LeaseState, event: LeaseEvent & { kind: 'renewed' }): LeaseState {
  const { sentAtMs, grantedMs, isRenewable, spread } = event;
  let lifeMs = state.lifeMs;
  const next = changed(state, event.id, (credential) => {
    const isCut = grantedMs < credential.fullMs - toleranceMs(credential.fullMs);
    if (isCut) lifeMs = sentAtMs + grantedMs - credential.issuedAtMs;
    return {
      ...credential,
      ...{ sentAtMs, grantedMs, isRenewable, spread, failures: 0, fullMs: Math.max(credential.fullMs, grantedMs) },
      ...(isCut
        ? { renewal: 'over', replaceAtMs: Math.min(credential.replaceAtMs ?? Number.POSITIVE_INFINITY, sentAtMs + grantedMs / 2) }
        : { renewal: 'idle' }),
    };
  });
  return lifeMs === undefined ? next : { ...next, lifeMs };
}

function settled(state: LeaseState, ids: ReadonlySet<string>, atMs: number): LeaseState {
  const { current, outgoing, freeAtMs } = state;
  // What is acknowledged now may be older than the current one: then the outgoing one is still in use.
  if ((current && !ids.has(current.id)) || outgoing.some(({ id }) => ids.has(id))) return needed(state);
  if (outgoing.length === 0 || freeAtMs !== undefined) return state;
  return { ...state, freeAtMs: atMs + Math.max(...outgoing.map(lingerMs)) };
}

function needed(state: LeaseState): LeaseState {
  const { freeAtMs, ...rest } = state;
  return freeAtMs === undefined ? state : rest;
}

function freeAt({ outgoing, freeAtMs }: LeaseState): number {
  return outgoing.length === 0 || freeAtMs === undefined ? Number.POSITIVE_INFINITY : freeAtMs;
}

function letGo(given: LeaseState): LeaseStep {
  const { outgoing } = given;
  if (outgoing.length === 0) return stay(given);
  return {
    state: { ...needed(given), outgoing: [] },
    effects: outgoing.map((credential) => ({ kind: 'letGo', credential })),
  };
}

function unwanted(state: LeaseState): LeaseState {
  const { current, askedAtMs: _, ...rest } = needed(state);
  return current?.kind === 'lease' ? { ...rest, outgoing: [...rest.outgoing, current] } : rest;
}

function tick(given: LeaseState, atMs: number): LeaseStep {
  const ended = withoutEnded(given, atMs);
  const { state, effects: freed } = freeAt(ended) <= atMs ? letGo(ended) : stay(ended);
  const isToRenew = (credential: Credential): boolean => renewAt(credential, state.lifeMs) <= atMs && isAlive(credential, atMs);
  const all = [...(state.current ? [state.current] : []), ...state.outgoing].filter(isToRenew);
  const mark = (credential: Credential): Credential =>
    isToRenew(credential) ? { ...credential, renewal: 'underWay' } : credential;
  const next: LeaseState = {
    ...state,
    ...(state.current ? { current: mark(state.current) } : {}),
    outgoing: state.outgoing.map(mark),
  };
  const renewals = all.map((credential) => ({ kind: 'renew', credential }) as const);
  const effects: readonly LeaseEffect[] = [...freed, ...renewals];
  if (effects.length === 0 && askAt(state) > atMs) return stay(state);
  if (askAt(state) > atMs) return { state: next, effects };
  return { state: { ...next, askedAtMs: atMs }, effects: [...effects, { kind: 'refresh' }] };
}

function askAt(state: LeaseState): number {
  const { current, phase, askedAtMs } = state;
  if (!current || phase === 'issuing') return Number.POSITIVE_INFINITY;
  const atMs = Math.min(dueAt(state, current), endOf(current));
  return askedAtMs === undefined ? atMs : Math.max(atMs, askedAtMs + askAgainMs);
}

function withoutEnded(state: LeaseState, atMs: number): LeaseState {
  const outgoing = state.outgoing.filter((credential) => isAlive(credential, atMs));
  return outgoing.length === state.outgoing.length ? state : { ...state, outgoing };
}

function changed(state: LeaseState, id: string, change: (credential: Credential) => Credential): LeaseState {
  const of = (credential: Credential): Credential => (credential.id === id ? change(credential) : credential);
  return { ...state, ...(state.current ? { current: of(state.current) } : {}), outgoing: state.outgoing.map(of) };
}
