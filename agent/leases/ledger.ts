import { AgentError } from '../core/agent-error.ts';
import type { Generator } from '../core/generator.ts';
import { nextTickAt, noLease } from '../core/lease.ts';
import { endOf } from '../core/lease-times.ts';
import type { Entries } from '../core/secret-value.ts';
import type { ExternalSecret, Spec } from '../core/spec.ts';
import type { LeaseStatus } from '../core/status.ts';
import { closeLedger } from './close-ledger.ts';
import type { LeaseUse, LedgerState, LedgerWorld } from './lease-use.ts';
import { sourceKey } from './lease-use.ts';
import { dispatch, tellOfParents } from './lease-work.ts';
import { recalled } from './ledger-record.ts';
import { saveLedger } from './save-ledger.ts';
import { dropFreeParents, startSource, usesOf } from './sources.ts';

/** What the generators of an external secret give now. */
export interface Given {
  /** By the place in dataFrom. */
  readonly made: ReadonlyMap<number, Entries | AgentError>;
  /** What must be known of these entries when a delivery has them: the ids of the credentials. */
  readonly credentials: ReadonlySet<string>;
}

/** Keeps the credentials of all generators: issues, renews, replaces and revokes them. core/lease.ts decides, for each use of its own. */
export interface Ledger {
  /** Replaces what is wanted; the first time, takes over what an earlier agent of this pod held. */
  readonly use: (spec: Pick<Spec, 'externalSecrets' | 'generators'>) => Promise<void>;
  /** Credentials that are still good are given again. Never rejects. */
  readonly give: (secret: ExternalSecret) => Promise<Given>;
  /** Every delivery of this external secret is acknowledged with entries of these credentials, and no others. */
  readonly settled: (externalSecret: string, credentials: ReadonlySet<string>) => void;
  /** No file shows it any more. */
  readonly gone: (externalSecret: string) => void;
  readonly status: (externalSecret: string) => readonly LeaseStatus[];
  /** Ends when the signal aborts. */
  readonly run: () => Promise<void>;
  /** Gives everything back, or leaves it to the next agent. */
  readonly close: (end: 'revoke' | 'keep') => Promise<void>;
}

export function ledger(world: LedgerWorld): Ledger {
  const state: LedgerState = {
    ...{ world, nowMs: world.monotonicMs ?? (() => performance.now()), uses: new Map(), sources: new Map(), doubts: new Set() },
    ...{ wake: new AbortController(), isLoaded: false, phase: 'open' },
  };
  const usesBy = (secret: string): readonly LeaseUse[] => [...state.uses.values()].filter((each) => each.secret === secret);
  return {
    use: (spec) => use(state, spec),
    give: (secret) => give(state, secret),
    settled(secret, ids) {
      for (const each of usesBy(secret)) dispatch(state, each, { kind: 'settled', ids, atMs: state.nowMs() });
    },
    gone(secret) {
      for (const each of usesBy(secret)) if (!each.isWanted) dispatch(state, each, { kind: 'gone' });
    },
    status: (secret) => usesBy(secret).flatMap((each) => statusOf(state, each)),
    run: () => run(state),
    close: (end) => closeLedger(state, end),
  };
}

/** However long nothing is due, what became of tokens is looked at this often. */
const heartbeatMs = 30_000;

/** Whatever is due, others get their turn. */
const shortestSleepMs = 5;

async function run(ledger: LedgerState): Promise<void> {
  const { clock, signal } = ledger.world;
  while (!signal.aborted) {
    ledger.wake = new AbortController();
    for (const use of ledger.uses.values()) {
      if (use.held.size > 0) void startSource(ledger, use);
      tellOfParents(ledger, use);
      dispatch(ledger, use, { kind: 'tick', atMs: ledger.nowMs() });
    }
    tidy(ledger);
    const nextAtMs = Math.min(...[...ledger.uses.values()].map(({ state }) => nextTickAt(state)), ...startTimes(ledger));
    const mine = AbortSignal.any([signal, ledger.wake.signal]);
    await clock.sleep(Math.max(shortestSleepMs, Math.min(heartbeatMs, nextAtMs - ledger.nowMs())), mine);
  }
}

function startTimes({ sources }: LedgerState): readonly number[] {
  return [...sources.values()].flatMap(({ phase, retryAtMs }) => (phase === 'opened' && retryAtMs > 0 ? [retryAtMs] : []));
}

/** What nothing is left of is forgotten, its connection closed, and tokens in doubt are revoked when nothing hangs on them. */
function tidy(ledger: LedgerState): void {
  for (const [key, { isWanted, held, issuing }] of ledger.uses)
    if (!isWanted && held.size === 0 && !issuing) ledger.uses.delete(key);
  for (const [key, opened] of ledger.sources) {
    const { generator } = opened;
    const doubted = [...ledger.doubts].filter((doubt) => doubt.generator === generator.id).map(({ parent }) => parent);
    if (doubted.length > 0) void dropFreeParents(ledger, opened, doubted).then(() => saveLedger(ledger));
    if (usesOf(ledger, generator).length > 0) continue;
    ledger.sources.delete(key);
    void opened.source?.close('revoke');
  }
}

async function use(
  ledger: LedgerState,
  { externalSecrets, generators }: Pick<Spec, 'externalSecrets' | 'generators'>,
): Promise<void> {
  await load(ledger, generators);
  const wanted = new Map(externalSecrets.flatMap((secret) => [...usesIn(secret, generators)]));
  for (const [key, each] of ledger.uses) {
    if (wanted.has(key) || !each.isWanted) continue;
    each.isWanted = false;
    dispatch(ledger, each, { kind: 'unwanted' });
  }
  for (const [key, { secret, generator }] of wanted) {
    const known = ledger.uses.get(key);
    if (known) known.isWanted = true;
    else
      ledger.uses.set(key, {
        ...{ key, secret, generator, state: noLease, held: new Map(), letting: new Map(), isWanted: true },
      });
  }
  ledger.wake.abort();
}

async function load(ledger: LedgerState, generators: readonly Generator[]): Promise<void> {
  const { world, nowMs } = ledger;
  if (ledger.isLoaded) return;
  ledger.isLoaded = true;
  const record = await world.record?.take();
  const { uses, doubts } = recalled(record, generators, { wallMs: world.clock.now(), nowMs: nowMs() });
  for (const each of uses) {
    ledger.uses.set(each.key, { ...each, isWanted: true });
    for (const { entries } of each.held.values()) world.learn(entries.values());
    world.log.info(
      { externalSecret: each.secret, generator: each.generator.id },
      'credentials of an earlier agent are taken over',
    );
  }
  for (const doubt of doubts) ledger.doubts.add(doubt);
}

/** The uses of generators in an external secret, by their keys: the n-th of one generator stays the n-th wherever it stands. */
function usesIn(secret: ExternalSecret, generators: readonly Generator[]): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>();
  const counts = new Map<string, number>();
  for (const [index, entry] of secret.dataFrom.entries()) {
    if (entry.kind !== 'generator') continue;
    const generator = generators.find(({ id }) => id === entry.generator);
    if (!generator) continue;
    const nth = counts.get(generator.id) ?? 0;
    counts.set(generator.id, nth + 1);
    uses.set(`${secret.name} ${sourceKey(generator)} ${nth}`, { secret: secret.name, generator, index });
  }
  return uses;
}

interface Use {
  readonly secret: string;
  readonly generator: Generator;
  readonly index: number;
}

async function give(ledger: LedgerState, secret: ExternalSecret): Promise<Given> {
  const generators = [...ledger.uses.values()].filter(({ isWanted }) => isWanted).map(({ generator }) => generator);
  const made = new Map<number, Entries | AgentError>();
  const credentials = new Set<string>();
  await Promise.all(
    [...usesIn(secret, generators)].map(async ([key, { index }]) => {
      const each = ledger.uses.get(key);
      if (!each) return;
      made.set(index, await given(ledger, each));
      if (each.state.current) credentials.add(each.state.current.id);
    }),
  );
  return { made, credentials };
}

async function given(ledger: LedgerState, each: LeaseUse): Promise<Entries | AgentError> {
  const before = each.state.current;
  dispatch(ledger, each, { kind: 'wanted', atMs: ledger.nowMs() });
  const isAsked = each.issuing !== undefined;
  await each.issuing;
  const { current } = each.state;
  const failed = isAsked && current === before ? each.error : undefined;
  const entries = current && each.held.get(current.id)?.entries;
  return failed ?? entries ?? each.error ?? new AgentError('STORE_UNAVAILABLE', `${each.generator.id} gave nothing`);
}

function statusOf({ world, nowMs }: LedgerState, { generator, state, error }: LeaseUse): readonly LeaseStatus[] {
  const { current } = state;
  if (!current || !Number.isFinite(endOf(current))) return [];
  const leftMs = Math.max(0, endOf(current) - nowMs());
  return [
    {
      ...{ generator: generator.id, expiresAt: new Date(world.clock.now() + Math.min(leftMs, 1e13)).toISOString() },
      ...{ secondsLeft: Math.floor(leftMs / 1_000), outgoing: state.outgoing.length },
      ...(error ? { error: { code: error.code, message: error.message, hint: error.hint } } : {}),
    },
  ];
}
