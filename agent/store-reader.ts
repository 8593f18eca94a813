import { AgentError, asAgentError, errorClass } from './core/agent-error.ts';
import type { Clock } from './core/clock.ts';
import { type Answer, type FindQuery, type Found, type FoundAnswer, type ObjectRef, queryId, refId } from './core/object-ref.ts';
import { isStoreWide, retryDelayMs } from './core/schedule.ts';
import type { Store } from './core/spec.ts';
import { errorStatus, type StoreStatus } from './core/status.ts';
import type { Provider } from './providers/provider.ts';

/** A whole round of reads may take this long; a thousand secrets under throttling take minutes, a hung socket must not. */
const roundMs = 120_000;

/** What one store answered in one round. */
export interface StoreAnswers {
  readonly value: (ref: ObjectRef) => Answer;
  readonly find: (query: FindQuery) => readonly Found[] | AgentError;
}

/** One store of the spec: opened when it is first read, asked in rounds, and left alone for a while after it failed as a whole. */
export interface StoreReader {
  readonly store: Store;
  /** Never rejects: a store that fails answers every ref with the error. */
  readonly read: (refs: readonly ObjectRef[], finds: readonly FindQuery[], signal: AbortSignal) => Promise<StoreAnswers>;
  /** When what failed with the store as a whole should be tried again, in ms since the epoch. All that wait for it wait together. */
  readonly retryAt: () => number;
  readonly status: () => StoreStatus;
  readonly watch: (changed: () => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function storeReader(store: Store, open: () => Promise<Provider>, clock: Clock): StoreReader {
  const session: Session = { store, open, clock, cache: new Map(), failures: 0, retryAt: 0, wasAsked: false };
  return {
    store,
    read: (refs, finds, signal) => read(session, refs, finds, signal),
    retryAt: () => session.retryAt,
    status: () => storeStatus(session),
    watch: async (changed) => (await provider(session)).watch?.(changed),
    close: async () => {
      const opened = await session.opening?.catch(() => undefined);
      await opened?.close?.();
    },
  };
}

/** What a reader holds between rounds. */
interface Session {
  readonly store: Store;
  readonly open: () => Promise<Provider>;
  readonly clock: Clock;
  /** What a store may answer `unchanged` to. */
  readonly cache: Map<string, FoundAnswer>;
  opening?: Promise<Provider> | undefined;
  /** Rounds in a row that failed as a whole. */
  failures: number;
  retryAt: number;
  wasAsked: boolean;
  lastError?: AgentError | undefined;
}

/** One attempt to open at a time; one that failed is forgotten, so that the next round tries anew. */
function provider(session: Session): Promise<Provider> {
  session.opening ??= session.open().catch((error: unknown) => {
    session.opening = undefined;
    throw asAgentError(error, 'STORE_UNAVAILABLE', `${session.store.id} could not be opened`);
  });
  return session.opening;
}

async function read(
  session: Session,
  refs: readonly ObjectRef[],
  finds: readonly FindQuery[],
  signal: AbortSignal,
): Promise<StoreAnswers> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(roundMs)]);
  const known = new Map([...session.cache].map(([id, { version }]) => [id, version]));
  const [values, found] = await Promise.all([
    refs.length === 0
      ? new Map<ObjectRef, Answer>()
      : settled(session, async () => (await provider(session)).read(refs, known, within)),
    Promise.all(
      finds.map((query) => settled(session, async () => findIn(session.store, await provider(session), query, within))),
    ),
  ]);
  const answers = new Map(refs.map((ref) => [refId(ref), answerTo(session, ref, values)]));
  const listed = new Map(finds.map((query, index) => [queryId(query), found[index] ?? unanswered(session.store, 'a find')]));
  note(session, [...answers.values()], [...listed.values()]);
  return {
    value: (ref) => answers.get(refId(ref)) ?? { kind: 'failed', error: unanswered(session.store, ref.key) },
    find: (query) => listed.get(queryId(query)) ?? unanswered(session.store, 'a find'),
  };
}

function findIn(store: Store, opened: Provider, query: FindQuery, within: AbortSignal): Promise<readonly Found[]> {
  if (opened.find) return opened.find(query, within);
  throw new AgentError('REQUEST_INVALID', `${store.id} can't search: its kind of store has no find`);
}

async function settled<T>(session: Session, work: () => Promise<T>): Promise<T | AgentError> {
  try {
    return await work();
  } catch (error) {
    return asAgentError(error, 'STORE_UNAVAILABLE', `${session.store.id} did not answer`);
  }
}

function answerTo(session: Session, ref: ObjectRef, values: ReadonlyMap<ObjectRef, Answer> | AgentError): Answer {
  if (values instanceof AgentError) return { kind: 'failed', error: values };
  const answer = values.get(ref);
  const held = session.cache.get(refId(ref));
  if (answer?.kind === 'unchanged' && held) return held;
  if (answer?.kind === 'found') session.cache.set(refId(ref), answer);
  return !answer || answer.kind === 'unchanged' ? { kind: 'failed', error: unanswered(session.store, ref.key) } : answer;
}

function unanswered(store: Store, what: string): AgentError {
  return new AgentError('STORE_ANSWER_INVALID', `${store.id} left ${what} out of its answer`);
}

/** One backoff for the store: every round that fails as a whole makes it longer, every other one ends it. */
function note(session: Session, answers: readonly Answer[], finds: readonly (readonly Found[] | AgentError)[]): void {
  const errors = [
    ...answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.error] : [])),
    ...finds.flatMap((each) => (each instanceof AgentError ? [each] : [])),
  ];
  const { clock } = session;
  session.wasAsked = true;
  session.lastError = errors.find(isStoreWide);
  session.failures = session.lastError ? session.failures + 1 : 0;
  session.retryAt = session.lastError ? clock.now() + retryDelayMs(session.failures, session.lastError, clock.random()) : 0;
}

function storeStatus({ store, wasAsked, lastError }: Session): StoreStatus {
  const { name, kind } = store;
  if (lastError) return { name, kind, ready: false, reason: reasonOf(lastError), lastError: errorStatus(lastError) };
  return { name, kind, ready: true, reason: wasAsked ? 'Valid' : 'ValidationUnknown' };
}

/** ESO's reasons of a store's condition (eso.md 2.1). */
function reasonOf(error: AgentError): string {
  return errorClass(error) === 'auth' ? 'InvalidProviderConfig' : 'ValidationFailed';
}
