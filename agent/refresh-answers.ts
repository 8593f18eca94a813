import { AgentError } from './core/agent-error.ts';
import type { PropertyDialect } from './core/dialect.ts';
import type { Fetched, FindQuery, ObjectRef } from './core/object-ref.ts';
import type { Entries } from './core/secret-value.ts';
import type { ExternalSecret } from './core/spec.ts';
import { needsOf } from './resolve/needs.ts';
import { type RemoteFacts, remoteFacts } from './resolve/remote-facts.ts';
import { type Resolved, resolve } from './resolve/resolve.ts';
import type { SecretClock } from './secret-clock.ts';
import type { StoreAnswers, StoreReader } from './store-reader.ts';

/** What generators gave, by the place in dataFrom, and the credentials that it came from. */
export interface Generated {
  readonly made: ReadonlyMap<number, Entries | AgentError>;
  readonly credentials: ReadonlySet<string>;
}

/** Throws TEMPLATE_FAILED. */
export interface SecretTemplates {
  /** `rewrite.transform`: the new name of a key. */
  readonly transform: (template: string, key: string) => string;
  /** `target.template`: what becomes of the fetched entries. */
  readonly render: (fetched: Entries) => Promise<{ readonly entries: Entries; readonly warnings: readonly string[] }>;
}

interface StoreNeeds {
  readonly refs: ObjectRef[];
  readonly finds: FindQuery[];
}

/** What these external secrets need of each store, together. */
export function unionOfNeeds(due: readonly SecretClock[]): ReadonlyMap<StoreReader, StoreNeeds> {
  const union = new Map<StoreReader, StoreNeeds>();
  const needs = needsOf(due.map(({ secret }) => secret));
  for (const { readers } of due) {
    for (const [id, reader] of readers)
      union.set(reader, { refs: [...(needs.refs.get(id) ?? [])], finds: [...(needs.finds.get(id) ?? [])] });
  }
  return union;
}

/** What the answers of its stores and generators come to for one external secret. Throws as `resolve` does, and TEMPLATE_FAILED. */
export async function refreshed(
  each: SecretClock,
  fetched: ReadonlyMap<string, StoreAnswers>,
  { made }: Generated,
  { transform, render }: SecretTemplates,
): Promise<{ readonly result: Resolved; readonly facts: RemoteFacts }> {
  const { secret, readers, listed } = each;
  const answersOf = (store: string): StoreAnswers => known(secret, store, fetched.get(store));
  const answers: Fetched = {
    value: (store, ref) => answersOf(store).value(ref),
    find: (store, query) => answersOf(store).find(query),
    made: (index) => made.get(index),
  };
  const dialects = (store: string): PropertyDialect => known(secret, store, readers.get(store)).store.dialect;
  const result = resolve(secret, answers, { dialects, transform, previous: listed });
  return { result: await withTemplates(render, result), facts: remoteFacts(secret, answers) };
}

/** Every store that a linked spec names has a reader, and its answers are here. */
function known<T>({ name }: ExternalSecret, store: string, found: T | undefined): T {
  if (found) return found;
  throw new AgentError('SPEC_INVALID', `external secret ${name} names ${store}, which is not in the spec`);
}

/** Where nothing is left, there is nothing to make of it. */
async function withTemplates(render: SecretTemplates['render'], result: Resolved): Promise<Resolved> {
  if (result.kind !== 'entries') return result;
  const { entries, warnings } = await render(result.entries);
  return { ...result, entries, warnings: [...result.warnings, ...warnings] };
}
