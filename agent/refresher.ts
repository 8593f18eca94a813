import { type AgentError, asAgentError } from './core/agent-error.ts';
import type { Clock } from './core/clock.ts';
import type { CertificateLife } from './core/early-refresh.ts';
import type { Log } from './core/log.ts';
import { readyReason } from './core/ready-condition.ts';
import { isStoreWide, nextRefreshAt, retryDelayMs, togetherMs } from './core/schedule.ts';
import type { Entries, SecretValue } from './core/secret-value.ts';
import type { ExternalSecret } from './core/spec.ts';
import type { MemberContent } from './delivery-content.ts';
import { type Generated, refreshed, type SecretTemplates, unionOfNeeds } from './refresh-answers.ts';
import { certificateLife } from './resolve/certificate-life.ts';
import type { RemoteFacts } from './resolve/remote-facts.ts';
import type { Resolved } from './resolve/resolve.ts';
import { contentOf, isSameContent, newClock, type SecretClock } from './secret-clock.ts';
import { answerHints, hintOne } from './secret-hints.ts';
import type { StoreAnswers, StoreReader } from './store-reader.ts';

/** However often somebody asks, an external secret is not refreshed more often than this. */
const askedFloorMs = 100;

/** However long nothing is due, the loop shows a sign of life this often. */
const heartbeatMs = 10_000;

export interface RefresherWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** From 0 to 1, the same for all clocks of this pod (core/schedule.ts). */
  readonly fraction: number;
  /** Values that must never be shown, before anything else sees them. */
  readonly learn: (values: Iterable<SecretValue>) => void;
  /** What it gives now; `refreshedAt` in ms since the epoch. */
  readonly onContent: (clock: SecretClock, content: MemberContent, refreshedAt: number) => void;
  /** Whether there is what this one merges into, with creationPolicy Merge. */
  readonly targetExists: (secret: ExternalSecret) => boolean;
  /** What its generators give. Never rejects. */
  readonly generate: (secret: ExternalSecret) => Promise<Generated>;
  /** The Go templates of an external secret. */
  readonly templates: (secret: ExternalSecret) => Promise<SecretTemplates>;
  readonly onSync: (secret: ExternalSecret, result: 'ok' | 'failed', durationMs: number) => void;
  readonly onChange: () => void;
}

/** Keeps the entries of each external secret current, each on its own clock; what is due together is fetched together. */
export interface Refresher {
  readonly clocks: ReadonlyMap<string, SecretClock>;
  /**
   * Replaces the external secrets. What didn't change keeps its clock. `recorded`: what a predecessor fetched of those that nothing
   * but a change or an operator refreshes.
   */
  readonly use: (secrets: readonly ExternalSecret[], readers: ReadonlyMap<string, StoreReader>, recorded: Recorded) => void;
  /** Refreshes these at once, whatever their clocks say. Resolves when all of them were: well or not. */
  readonly refreshNow: (names: Iterable<string>) => Promise<void>;
  /** The app thinks that these are not current: refreshes them, as often as core/hint-limit.ts allows, and their stores. */
  readonly hint: (names: Iterable<string>) => void;
  /** When the loop last showed that it runs, in ms since the epoch. */
  readonly aliveAt: () => number;
  /** Ends when the signal aborts. */
  readonly run: () => Promise<void>;
}

export type Recorded = ReadonlyMap<string, { readonly entries: Entries; readonly refreshedAt: number }>;

export function refresher(world: RefresherWorld): Refresher {
  const loop: Loop = { world, clocks: new Map(), aliveAt: world.clock.now(), wake: new AbortController() };
  return {
    clocks: loop.clocks,
    use: (secrets, readers, recorded) => use(loop, secrets, readers, recorded),
    refreshNow: (names) => refreshNow(loop, names),
    hint: (names) => hint(loop, names),
    aliveAt: () => loop.aliveAt,
    run: () => run(loop),
  };
}

interface Loop {
  readonly world: RefresherWorld;
  readonly clocks: Map<string, SecretClock>;
  aliveAt: number;
  wake: AbortController;
}

async function run(loop: Loop): Promise<void> {
  const { clock, signal } = loop.world;
  while (!signal.aborted) {
    loop.aliveAt = clock.now();
    const due = [...loop.clocks.values()].filter((each) => !each.isRunning && each.dueAt <= clock.now() + togetherMs);
    if (due.some((each) => each.dueAt <= clock.now())) void refreshTogether(loop, due);
    const nextAt = Math.min(...[...loop.clocks.values()].filter((each) => !each.isRunning).map((each) => each.dueAt));
    loop.wake = new AbortController();
    await clock.sleep(Math.min(heartbeatMs, nextAt - clock.now()), AbortSignal.any([signal, loop.wake.signal]));
  }
}

function use(
  loop: Loop,
  secrets: readonly ExternalSecret[],
  readers: ReadonlyMap<string, StoreReader>,
  recorded: Recorded,
): void {
  const old = new Map(loop.clocks);
  loop.clocks.clear();
  for (const secret of secrets) {
    const kept = old.get(secret.name);
    const isSame = kept?.secret.digest === secret.digest && [...kept.readers].every(([id, reader]) => readers.get(id) === reader);
    const clock = kept && isSame ? kept : newClock(secret, readers, kept, loop.world.clock.now());
    loop.clocks.set(secret.name, clock);
    const before = recorded.get(secret.name);
    if (!kept && before) recall(loop, clock, before.entries, before.refreshedAt);
  }
  for (const [name, { askers }] of old) if (!loop.clocks.has(name)) for (const answer of askers.splice(0)) answer();
  loop.wake.abort();
}

function recall(loop: Loop, each: SecretClock, entries: Entries, refreshedAt: number): void {
  const { learn, onContent } = loop.world;
  Object.assign(each, { content: entries, refreshedAt, successes: 1, dueAt: Number.POSITIVE_INFINITY, reason: 'SecretSynced' });
  learn(entries.values());
  onContent(each, entries, refreshedAt);
}

async function refreshNow(loop: Loop, names: Iterable<string>): Promise<void> {
  const ended = [...names].flatMap((name) => {
    const each = loop.clocks.get(name);
    if (!each) return [];
    if (each.isRunning) each.isWanted = true;
    else each.dueAt = Math.max(loop.world.clock.now(), (each.refreshedAt ?? 0) + askedFloorMs);
    return [new Promise<void>((resolve) => each.askers.push(resolve))];
  });
  loop.wake.abort();
  await Promise.all(ended);
}

function hint(loop: Loop, names: Iterable<string>): void {
  const { clock, log } = loop.world;
  for (const each of [...names].flatMap((name) => loop.clocks.get(name) ?? [])) {
    const lookAt = hintOne(each, clock.now());
    if (lookAt !== undefined)
      log.info(
        { externalSecret: each.secret.name, lookInMs: lookAt - clock.now() },
        'the app hints that its values are not current',
      );
  }
  loop.wake.abort();
}

/** One round of each store for all of them; each is finished as soon as its own stores have answered. */
async function refreshTogether(loop: Loop, due: readonly SecretClock[]): Promise<void> {
  for (const each of due) each.isRunning = true;
  const answers = new Map<StoreReader, Promise<StoreAnswers>>();
  for (const [reader, { refs, finds }] of unionOfNeeds(due)) answers.set(reader, reader.read(refs, finds, loop.world.signal));
  await Promise.all(
    due.map(async (each) => {
      const askers = each.askers.splice(0);
      await refresh(loop, each, answers);
      for (const answer of askers) answer();
    }),
  );
}

async function refresh(loop: Loop, each: SecretClock, answers: ReadonlyMap<StoreReader, Promise<StoreAnswers>>): Promise<void> {
  const { clock, signal, onSync, onChange } = loop.world;
  const startedAt = clock.now();
  const startedMs = performance.now();
  const generating = loop.world.generate(each.secret);
  const fetched = new Map<string, StoreAnswers>();
  for (const [id, reader] of each.readers) {
    const answer = await answers.get(reader);
    if (answer) fetched.set(id, answer);
  }
  const generated = await generating;
  if (signal.aborted || loop.clocks.get(each.secret.name) !== each) return;
  try {
    const { result, facts } = await refreshed(each, fetched, generated, await loop.world.templates(each.secret));
    if (signal.aborted || loop.clocks.get(each.secret.name) !== each) return;
    each.credentials = generated.credentials;
    succeed(loop, each, result, { ...facts, startedAt });
    onSync(each.secret, 'ok', performance.now() - startedMs);
  } catch (error) {
    fail(loop, each, asAgentError(error, 'RESOLVE_FAILED', `external secret ${each.secret.name} could not be resolved`));
    onSync(each.secret, 'failed', performance.now() - startedMs);
  }
  each.isRunning = false;
  if (each.isWanted) each.dueAt = clock.now();
  each.isWanted = false;
  loop.wake.abort();
  onChange();
}

function succeed(loop: Loop, each: SecretClock, result: Resolved, { startedAt, ...facts }: Refreshed): void {
  const { learn, onContent, log, fraction } = loop.world;
  const reason = readyReason(each.secret.target, result, loop.world.targetExists(each.secret));
  const content = reason === 'SecretMissing' ? 'nothing' : contentOf(result, each);
  const warnings = result.warnings.filter((warning) => !each.warnings.includes(warning));
  if (warnings.length > 0) log.warn({ externalSecret: each.secret.name, warnings }, 'refreshed with warnings');
  if (each.failures > 0) log.info({ externalSecret: each.secret.name, failures: each.failures }, 'refreshed again');
  const successes = each.successes + 1;
  const expected = { ...facts, certificates: certificatesIn(content) };
  const dueAt = nextRefreshAt(each.secret, { refreshedAt: startedAt, successes }, fraction, expected) ?? Number.POSITIVE_INFINITY;
  answerHints(each, isSameContent(each.content, content) ? 'nothing new' : 'something new', startedAt);
  Object.assign(each, {
    ...{ content, facts, successes, refreshedAt: startedAt, failures: 0, failingSince: undefined, error: undefined },
    ...{ warnings: result.warnings, listed: result.listed, reason, dueAt: Math.min(dueAt, each.hintLookAt ?? dueAt) },
  });
  if (content !== 'nothing') learn(content.values());
  onContent(each, content, startedAt);
}

/** When it began, and what stores told beside the values. */
interface Refreshed extends RemoteFacts {
  readonly startedAt: number;
}

function certificatesIn(content: MemberContent): readonly CertificateLife[] {
  return content === 'nothing' ? [] : [...content.values()].flatMap((value) => certificateLife(value) ?? []);
}

function fail(loop: Loop, each: SecretClock, error: AgentError): void {
  const { clock, log } = loop.world;
  each.failures += 1;
  each.failingSince ??= clock.now();
  each.error = error;
  each.reason = 'SecretSyncedError';
  const storeRetryAt = isStoreWide(error) ? Math.max(...[...each.readers.values()].map((reader) => reader.retryAt())) : 0;
  each.dueAt = storeRetryAt || clock.now() + retryDelayMs(each.failures, error, clock.random());
  log.warn(
    { externalSecret: each.secret.name, error, failures: each.failures, retryInMs: Math.round(each.dueAt - clock.now()) },
    'could not be refreshed',
  );
}
