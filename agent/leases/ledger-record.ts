import type { Generator } from '../core/generator.ts';
import { type LeaseState, noLease } from '../core/lease.ts';
import type { Credential } from '../core/lease-times.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import type { Doubt, Holding, LeaseUse, LedgerState } from './lease-use.ts';

/** Monotonic time means nothing to another process: a record has the wall clock's. Infinity and the like become null. */
interface Times {
  readonly wallMs: number;
  readonly nowMs: number;
}

/** What is written down: everything that is held, and everything in doubt. */
export function recordOf({ uses, doubts, world, nowMs }: LedgerState): unknown {
  const times = { wallMs: world.clock.now(), nowMs: nowMs() };
  const written = [...uses.values()].filter(({ held }) => held.size > 0);
  return { schema: 1, uses: written.map((use) => useRecord(use, times)), doubts: [...doubts] };
}

function useRecord({ key, secret, generator, state, held, letting }: LeaseUse, times: Times): unknown {
  const { current, outgoing, lifeMs } = state;
  const all = [...letting.values(), ...outgoing, ...(current ? [current] : [])];
  return {
    ...{ key, secret, generator: generator.id, digest: generator.digest, current: current?.id, lifeMs },
    credentials: all.flatMap((credential) => {
      const holding = held.get(credential.id);
      return holding ? [{ ...outside(credential, times), ...holding, entries: [...holding.entries] }] : [];
    }),
  };
}

function outside({ id, kind, isRenewable, fullMs, grantedMs, spread, ...rest }: Credential, { wallMs, nowMs }: Times): object {
  const shift = wallMs - nowMs;
  return {
    ...{ id, kind, isRenewable, fullMs, grantedMs, spread, isOver: rest.renewal === 'over' },
    ...{ issuedAt: rest.issuedAtMs + shift, sentAt: rest.sentAtMs + shift },
    ...(rest.replaceAtMs === undefined ? {} : { replaceAt: rest.replaceAtMs + shift }),
  };
}

export interface Recalled {
  readonly uses: readonly LeaseUse[];
  readonly doubts: readonly Doubt[];
}

type Json = Readonly<Record<string, unknown>>;

/** What an earlier agent held of these generators. What doesn't have the form it should have counts as not there. */
export function recalled(record: unknown, generators: readonly Generator[], times: Times): Recalled {
  if (!isJson(record) || !Array.isArray(record['uses']) || !Array.isArray(record['doubts'])) return { uses: [], doubts: [] };
  return {
    uses: record['uses'].filter(isJson).flatMap((use) => useOf(use, generators, times) ?? []),
    doubts: record['doubts'].filter(isJson).flatMap(({ generator, parent }) => {
      return typeof generator === 'string' && typeof parent === 'string' ? [{ generator, parent }] : [];
    }),
  };
}

function useOf(use: Json, generators: readonly Generator[], times: Times): LeaseUse | undefined {
  const { key, secret, lifeMs, current } = use;
  const generator = generators.find(({ id, digest }) => id === use['generator'] && digest === use['digest']);
  if (!generator || typeof key !== 'string' || typeof secret !== 'string' || !Array.isArray(use['credentials'])) return undefined;
  const all = use['credentials'].filter(isJson).flatMap((each) => credentialOf(each, times) ?? []);
  const now = all.find(({ credential }) => credential.id === current)?.credential;
  const state: LeaseState = {
    ...noLease,
    ...(now ? { current: now } : {}),
    ...(typeof lifeMs === 'number' ? { lifeMs } : {}),
    outgoing: all.map(({ credential }) => credential).filter((each) => each !== now && each.kind === 'lease'),
  };
  const held = new Map(all.map(({ credential, holding }) => [credential.id, holding]));
  return { key, secret, generator, state, held, letting: new Map(), isWanted: false };
}

function credentialOf(json: Json, { wallMs, nowMs }: Times): { credential: Credential; holding: Holding } | undefined {
  const { id, kind, isRenewable, fullMs, grantedMs, spread, isOver, issuedAt, sentAt, replaceAt, leaseId, parent, entries } =
    json;
  if (typeof id !== 'string' || typeof parent !== 'string' || !isKind(kind) || !Array.isArray(entries)) return undefined;
  if (typeof fullMs !== 'number' || typeof grantedMs !== 'number' || typeof spread !== 'number') return undefined;
  if (typeof issuedAt !== 'number' || typeof sentAt !== 'number') return undefined;
  // A clock that was set back since tells of no future request.
  const shift = nowMs - wallMs;
  const inside = (at: number): number => Math.min(at, wallMs) + shift;
  return {
    credential: {
      ...{ id, kind, fullMs, grantedMs, spread, isRenewable: isRenewable === true, isTakenOver: true },
      ...{ issuedAtMs: inside(issuedAt), sentAtMs: inside(sentAt), parentEndsAtMs: Number.POSITIVE_INFINITY },
      ...{ renewal: isOver === true ? 'over' : 'idle', failures: 0, retryAtMs: 0 },
      ...(typeof replaceAt === 'number' ? { replaceAtMs: replaceAt + shift } : {}),
    },
    holding: { parent, entries: entriesOf(entries), ...(typeof leaseId === 'string' ? { leaseId } : {}) },
  };
}

function entriesOf(pairs: readonly unknown[]): Entries {
  return new Map(
    pairs.flatMap((pair): readonly [string, SecretValue][] => {
      const [key, value] = Array.isArray(pair) ? pair : [];
      return typeof key === 'string' && value instanceof SecretValue ? [[key, value]] : [];
    }),
  );
}

function isKind(kind: unknown): kind is Credential['kind'] {
  return kind === 'lease' || kind === 'timed' || kind === 'static' || kind === 'plain';
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
