import { asAgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { errorStatus } from '../core/status.ts';
import { keepIssued, keptSession, type SessionKeep } from './kept-session.ts';

/** What one login gave. */
export interface Issued<T> {
  readonly value: T;
  /** ms since the epoch; absent: it has no end. */
  readonly expiresAt?: number;
}

/** How to log in. */
export interface SessionSource<T> {
  /** For the log. */
  readonly name: string;
  /** Throws AgentErrors. Never called twice at the same time. */
  readonly login: () => Promise<Issued<T>>;
  /** What the login is made from, where that can change under way (mounted keys): a session made from anything else is forgotten. */
  readonly dependsOn?: () => Promise<string>;
  /** Absent: nobody comes after this agent, or takes anything over. */
  readonly keep?: SessionKeep<T>;
}

export interface Session<T> {
  /** What is cached, while it is good; else logs in. */
  readonly get: () => Promise<T>;
  /** Logs in anew, or joins a login that is under way. The old session stays in place until the new one is there. */
  readonly refresh: () => Promise<void>;
  readonly dependsOn: () => Promise<string>;
}

export interface SessionWorld {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps one session: one login in flight however many ask, renewed in the background ahead of its end, and a renewal that fails leaves
 * the old one in use for as long as it is valid. The first one may be that of an earlier agent of this pod. It is renewed when it is asked for: an agent that refreshes once an hour doesn't log in
 * more often.
 */
export function keepSession<T>(source: SessionSource<T>, world: SessionWorld): Session<T> {
  const state: State<T> = { source, world, failures: 0, renewAfter: 0, mayTakeOver: true };
  const dependsOn = async (): Promise<string> => (await source.dependsOn?.()) ?? '';
  return {
    dependsOn,
    refresh: async () => {
      state.mayTakeOver = false; // What was handed over is no good, then.
      await login(state, await dependsOn());
    },
    get: async () => {
      const basis = await dependsOn();
      const { held } = state;
      if (!held || held.basis !== basis || world.clock.now() >= held.usableUntil) return (await login(state, basis)).value;
      if (world.clock.now() >= Math.max(held.renewAt, state.renewAfter)) void renew(state, basis);
      return held.value;
    },
  };
}

interface State<T> {
  readonly source: SessionSource<T>;
  readonly world: SessionWorld;
  held?: Held<T>;
  underWay?: Promise<Held<T>> | undefined;
  /** Renewals in a row that failed, and when the next may be tried. */
  failures: number;
  renewAfter: number;
  mayTakeOver: boolean;
}

interface Held<T> {
  readonly value: T;
  readonly basis: string;
  readonly renewAt: number;
  readonly usableUntil: number;
}

function login<T>(state: State<T>, basis: string): Promise<Held<T>> {
  state.underWay ??= loginOnce(state, basis).finally(() => {
    state.underWay = undefined;
  });
  return state.underWay;
}

async function loginOnce<T>(state: State<T>, basis: string): Promise<Held<T>> {
  const { clock, log } = state.world;
  const { name, keep } = state.source;
  const taken = keep && state.mayTakeOver ? await keptSession(keep, basis, clock.now() + takeOverMs) : undefined;
  state.mayTakeOver = false;
  if (taken) log.info({ identity: name }, 'the session of an earlier agent of this pod is taken over');
  const issued = taken ?? (await state.source.login());
  if (keep && !taken) await keepIssued(keep, issued, basis).catch((error: unknown) => notKept(state, error));
  state.failures = 0;
  state.renewAfter = 0;
  state.held = held(issued, basis, clock.now());
  return state.held;
}

function notKept<T>({ source, world }: State<T>, caught: unknown): void {
  const error = asAgentError(caught, 'VOLUME_UNUSABLE', 'the session could not be written down');
  world.log.warn(
    { identity: source.name, error: errorStatus(error) },
    'a session could not be kept for a restart; it is used all the same',
  );
}

async function renew<T>(state: State<T>, basis: string): Promise<void> {
  const { clock, log } = state.world;
  try {
    await login(state, basis);
  } catch (caught) {
    state.failures += 1;
    state.renewAfter = clock.now() + renewalPauseMs(state.failures, clock.random());
    const error = asAgentError(caught, 'IDENTITY_UNAVAILABLE', 'the renewal failed for an unknown reason');
    log.warn({ identity: state.source.name, error: errorStatus(error) }, 'renewing a session failed; the current one stays');
  }
}

/** Renewed with 5 minutes left, or with a third of a short session; thrown away a moment early, as a request takes time to arrive. */
const renewAheadMs = 300_000;
const marginMs = 10_000;
/** One that ends sooner isn't worth taking over. */
const takeOverMs = 60_000;

function held<T>({ value, expiresAt }: Issued<T>, basis: string, now: number): Held<T> {
  if (expiresAt === undefined) return { value, basis, renewAt: Number.POSITIVE_INFINITY, usableUntil: Number.POSITIVE_INFINITY };
  const lifeMs = expiresAt - now;
  // Over before it began: this machine's clock is ahead. The issuer knows better; it tells by refusing when the session is over.
  if (lifeMs <= 0) return { value, basis, renewAt: now + renewAheadMs, usableUntil: now + renewAheadMs };
  return {
    value,
    basis,
    renewAt: expiresAt - Math.min(renewAheadMs, lifeMs / 3),
    usableUntil: expiresAt - Math.min(marginMs, lifeMs / 10),
  };
}

/** Full jitter from 1 s up to 30 s: well within the time that is left. */
function renewalPauseMs(failures: number, random: number): number {
  return 1_000 + random * Math.min(29_000, 1_000 * 2 ** failures);
}
