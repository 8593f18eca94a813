import { systemClock } from '../../agent/core/clock.ts';
import type { Effects } from '../../agent/core/effects.ts';
import type { Spec } from '../../agent/core/spec.ts';
import { knownProviders } from '../../agent/providers/known.ts';
import { needsOf } from '../../agent/resolve/needs.ts';
import { type Resolved, resolve } from '../../agent/resolve/resolve.ts';
import { storeReader } from '../../agent/store-reader.ts';
import { effectsForTests } from '../contract/provider-effects.ts';
import type { Fields } from './fields.ts';
import { specOf } from './manifests.ts';
import type { Outcome } from './outcome.ts';

/** One refresh as the agent does it: plan, one round of the store, resolve. */
async function refreshed(spec: Spec, effects: Partial<Effects> = {}): Promise<Resolved> {
  const [externalSecret] = spec.externalSecrets;
  const [store] = spec.stores;
  const kind = knownProviders[store?.provider ?? ''];
  if (!externalSecret || !store || !kind) throw new TypeError('the spec was accepted, and holds no external secret');
  const reader = storeReader(store, () => kind.open(store, store.config, effectsForTests(effects)), systemClock);
  try {
    const needs = needsOf([externalSecret]);
    const answers = await reader.read(
      needs.refs.get(store.id) ?? [],
      needs.finds.get(store.id) ?? [],
      AbortSignal.timeout(20_000),
    );
    return resolve(
      externalSecret,
      { value: (_store, ref) => answers.value(ref), find: (_store, query) => answers.find(query) },
      { dialects: () => store.dialect, transform: (_template, key) => key },
    );
  } finally {
    await reader.close();
  }
}

/** The entries of an ExternalSecret against a store of this provider; `value` where the case asks for one value. */
export async function refreshedOutcome(
  externalSecret: Fields,
  provider: Fields,
  { effects = {}, expect }: { readonly effects?: Partial<Effects>; readonly expect: Fields },
): Promise<Outcome> {
  const read = await specOf(externalSecret, provider);
  if ('outcome' in read) return read.outcome;
  const result = await refreshed(read.spec, effects);
  const entries = result.kind === 'entries' ? result.entries : new Map();
  const map = new Map([...entries].map(([key, value]) => [key, value.reveal()]));
  const value = map.get('value');
  return 'value' in expect && value ? { kind: 'value', value } : { kind: 'map', map };
}
