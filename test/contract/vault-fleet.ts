import type { VaultLogin } from '../../agent/auth/vault/login.ts';
import { issuedToken } from '../../agent/auth/vault/token-answer.ts';
import { vaultSession } from '../../agent/auth/vault/vault-session.ts';
import { type VaultAnswer, type VaultClient, VaultFailure, type VaultRequest } from '../../agent/clients/vault/wire.ts';
import type { Clock } from '../../agent/core/clock.ts';
import { parseGoJson } from '../../agent/core/go-json.ts';
import type { ExternalSecret, Store } from '../../agent/core/spec.ts';
import { kvStore } from '../../agent/providers/vault/kv-store.ts';
import { refresher } from '../../agent/refresher.ts';
import { storeReader } from '../../agent/store-reader.ts';
import { textOf } from '../auth/vault/vault-world.ts';
import { vaultConfig } from '../providers/vault-world.ts';
import { specOf } from '../spec/given-spec.ts';
import { effectsForTests } from './provider-effects.ts';

/** Many agents of one server that goes down and comes back, in simulated time. Times in seconds from the first start. */
export interface FleetStory {
  readonly agents: number;
  /** How long the starts of the agents take, evenly. */
  readonly startedOver: number;
  readonly tokenTtl: number;
  readonly downFrom: number;
  readonly downFor: number;
  /** `lost`: the server comes back without the tokens that it gave. */
  readonly tokens: 'kept' | 'lost';
  /** When the story ends. */
  readonly until: number;
  /** Of all chance in it. */
  readonly seed: number;
}

export interface FleetOutcome {
  /** In the second that had most, after the server was back. */
  readonly peakLogins: number;
  readonly peakRequests: number;
  /** While it was down. */
  readonly requestsWhileDown: number;
  readonly peakWhileDown: number;
  /** From its return to the end of the story. */
  readonly loginsAfter: number;
  readonly requestsAfter: number;
  /** Seconds from the return until half, and all, of the agents had read again; Infinity: not in this story. */
  readonly halfBackAfter: number;
  readonly allBackAfter: number;
}

/** Tells what a server sees of a fleet. Agents are whole but for their files: refresher, store, session. */
export async function fleetOutcome(story: FleetStory): Promise<FleetOutcome> {
  const time = steppedTime();
  const chance = chanceOf(story.seed);
  const server = countingServer(story, time.seconds);
  const secrets = await oneSecret();
  const stop = new AbortController();
  const fleet = Array.from({ length: story.agents }, (_, index) => ({
    startsAt: (index / story.agents) * story.startedOver,
    run: () => startAgent(server, { name: `agent ${index}`, time, chance, secrets, signal: stop.signal }),
  }));
  for (const { startsAt, run } of fleet)
    void time
      .clock(chance)
      .sleep(startsAt * 1_000, stop.signal)
      .then(run);
  await time.advance(story.until * 1_000);
  stop.abort();
  return server.outcome();
}

type Secrets = Awaited<ReturnType<typeof oneSecret>>;

async function oneSecret(): Promise<{ readonly secrets: readonly ExternalSecret[]; readonly store: Store }> {
  const spec = await specOf(`
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: vault }
spec: { provider: { vault: { server: "http://127.0.0.1:8200", path: secret } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: app }
spec: { refreshInterval: 1m, secretStoreRef: { name: vault }, dataFrom: [{ extract: { key: app } }] }
`);
  const [store] = spec.stores;
  if (!store) throw new Error('the spec has no store');
  return { secrets: spec.externalSecrets, store };
}

interface AgentParts {
  readonly name: string;
  readonly time: SteppedTime;
  readonly chance: () => number;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

function startAgent(server: CountingServer, { name, time, chance, secrets, signal }: AgentParts): Promise<void> {
  const clock = time.clock(chance);
  const effects = effectsForTests({ clock });
  const client = server.clientOf(name);
  const session = vaultSession(loginOf(client), client, {
    ...{ clock, monotonicMs: () => time.seconds() * 1_000, log: effects.log, atEnd: 'keep' },
  });
  const { store } = secrets;
  const open = async () => kvStore(store, vaultConfig('http://127.0.0.1:8200'), { client, session, effects });
  const running = refresher(worldOf(clock, effects.log, chance(), signal));
  running.use(secrets.secrets, new Map([[store.id, storeReader(store, open, clock)]]), new Map());
  signal.addEventListener('abort', () => void session.close());
  return running.run();
}

function worldOf(
  clock: Clock,
  log: ReturnType<typeof effectsForTests>['log'],
  fraction: number,
  signal: AbortSignal,
): Parameters<typeof refresher>[0] {
  const none = (): void => {};
  return {
    ...{ clock, log, signal, fraction, learn: none, onContent: none, onSync: none, onChange: none },
    ...{ generate: async () => ({ made: new Map(), credentials: new Set<string>() }), targetExists: () => true },
    templates: async () => ({ transform: (_, key) => key, render: async (entries) => ({ entries, warnings: [] }) }),
  };
}

/** As a kubernetes login, but that no token file is read. */
function loginOf(client: VaultClient): VaultLogin {
  const identity = 'role app by kubernetes at auth/kubernetes';
  return {
    ...{ method: 'kubernetes', identity },
    login: async (signal) =>
      issuedToken(
        await client.request(
          { operation: 'login kubernetes', subject: identity, method: 'POST', path: 'auth/kubernetes/login', body: {} },
          signal,
        ),
        identity,
      ),
  };
}

interface CountingServer {
  readonly clientOf: (agent: string) => VaultClient;
  readonly outcome: () => FleetOutcome;
}

interface Counted {
  readonly at: number;
  readonly agent: string;
  readonly kind: 'login' | 'read' | 'other';
  readonly isAnswered: boolean;
}

/** Gives tokens, renews them, and a secret to whoever has one, or refuses every connection. */
function countingServer({ downFrom, downFor, tokens, tokenTtl, agents }: FleetStory, seconds: () => number): CountingServer {
  const backAt = downFrom + downFor;
  const ends = new Map<string, number>();
  const log: Counted[] = [];
  let issued = 0;
  let isForgetful = tokens === 'lost';
  return { clientOf: (agent) => ({ request: async (request) => answer(agent, request), close: async () => {} }), outcome };

  function answer(agent: string, { path, token }: VaultRequest): VaultAnswer {
    const at = seconds();
    const isDown = at >= downFrom && at < backAt;
    if (isForgetful && at >= backAt) {
      ends.clear();
      isForgetful = false;
    }
    const kind = path === 'auth/kubernetes/login' ? 'login' : path.startsWith('secret/') ? 'read' : 'other';
    const known = token === undefined ? undefined : ends.get(textOf(token));
    const isAnswered = !isDown && (kind === 'login' || (known !== undefined && known > at));
    log.push({ at, agent, kind, isAnswered });
    if (isDown) throw new VaultFailure('connect ECONNREFUSED', { status: 0, reason: 'ECONNREFUSED', mayHaveArrived: false });
    if (!isAnswered)
      throw new VaultFailure('permission denied; invalid token', {
        ...{ status: 403, errors: ['permission denied', 'invalid token'], mayHaveArrived: true },
      });
    if (kind === 'read') return answered({ data: { data: { password: 'p' }, metadata: { version: 1 } } });
    if (kind === 'login') issued += 1;
    const id = kind === 'login' || token === undefined ? `hvs.${issued}` : textOf(token);
    ends.set(id, at + tokenTtl);
    return answered({
      auth: {
        client_token: id,
        accessor: `a${id}`,
        lease_duration: tokenTtl,
        renewable: true,
        token_type: 'service',
        num_uses: 0,
      },
    });
  }

  function outcome(): FleetOutcome {
    const after = log.filter(({ at }) => at >= backAt);
    const down = log.filter(({ at }) => at >= downFrom && at < backAt);
    const firstReads = new Map<string, number>();
    for (const { at, agent, kind, isAnswered } of after)
      if (kind === 'read' && isAnswered && !firstReads.has(agent)) firstReads.set(agent, at - backAt);
    const back = [...firstReads.values()].sort((a, b) => a - b);
    const logins = after.filter(({ kind }) => kind === 'login');
    return {
      ...{ peakLogins: peakOf(logins), peakRequests: peakOf(after) },
      ...{ requestsWhileDown: down.length, peakWhileDown: peakOf(down) },
      ...{ loginsAfter: logins.length, requestsAfter: after.length },
      ...{ halfBackAfter: back[Math.ceil(agents / 2) - 1] ?? Infinity, allBackAfter: back[agents - 1] ?? Infinity },
    };
  }
}

function answered(body: object): VaultAnswer {
  const parsed = parseGoJson(JSON.stringify(body));
  return { status: 200, headers: {}, body: 'value' in parsed ? parsed.value : undefined };
}

/** Most in any second, wherever it begins. */
function peakOf(counted: readonly Counted[]): number {
  let first = 0;
  return counted.reduce((peak, { at }, index) => {
    while ((counted[first]?.at ?? at) <= at - 1) first += 1;
    return Math.max(peak, index - first + 1);
  }, 0);
}

interface SteppedTime {
  readonly clock: (chance: () => number) => Clock;
  readonly seconds: () => number;
  readonly advance: (ms: number) => Promise<void>;
}

const stepMs = 10;

/** Time in steps of 10 ms; all that a step wakes comes to rest before the next one. For a thousand sleepers and more. */
function steppedTime(): SteppedTime {
  const epoch = Date.UTC(2030, 0);
  const sleepers = new Map<number, Set<() => void>>();
  let step = 0;
  return {
    clock: (random) => ({ now: () => epoch + step * stepMs, random, sleep }),
    seconds: () => (step * stepMs) / 1_000,
    advance,
  };

  function sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const at = step + Math.max(1, Math.ceil(ms / stepMs));
    const among = sleepers.get(at) ?? new Set();
    sleepers.set(at, among);
    return new Promise((resolve) => {
      const wake = (): void => {
        among.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      among.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  async function advance(ms: number): Promise<void> {
    for (const end = step + ms / stepMs; step < end; step += 1) {
      const due = sleepers.get(step);
      sleepers.delete(step);
      if (!due || due.size === 0) continue;
      for (const wake of [...due]) wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** The same numbers for the same seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
