import { newRound, type Round } from '../../clients/aws/caller.ts';
import type { Effects } from '../../core/effects.ts';
import type { Answer, FoundAnswer, ObjectRef } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { Store } from '../../core/spec.ts';
import type { Provider } from '../provider.ts';
import { answeredPlainly, eachOnItsOwn, spread } from './answers.ts';
import type { AwsConfig } from './config.ts';
import { openParameterApi } from './parameter-api.ts';
import { findParameters } from './parameter-find.ts';
import { parameterReader } from './parameter-values.ts';
import { parameterRequests } from './requests.ts';
import { tagsJson } from './tags-json.ts';

/** Opens AWS SSM Parameter Store for one store. Nothing is sent until the first read. */
export async function openParameterStore(store: Store, config: AwsConfig, effects: Effects): Promise<Provider> {
  const api = await openParameterApi(store, config, effects);
  const reader = parameterReader(api, store.id);
  return {
    read,
    find: (query, signal) => findParameters(query, { api, reader, storeId: store.id, round: newRound(signal) }),
    close: async () => api.close(),
  };

  async function read(refs: readonly ObjectRef[], _known: unknown, signal: AbortSignal): Promise<ReadonlyMap<ObjectRef, Answer>> {
    const round = newRound(signal);
    const { values, tags } = parameterRequests(config, refs);
    const names = values.map(({ object }) => object);
    const answers = await Promise.all([
      reader.many(names, round).then((found) => spread(found, values)),
      eachOnItsOwn(tags, (name) => answeredPlainly(() => tagsOf(name, round))),
    ]);
    return new Map(answers.flat());
  }

  async function tagsOf(name: string, round: Round): Promise<FoundAnswer> {
    const { TagList = [] } = await api.tags(name, round);
    return { kind: 'found', value: SecretValue.ofText(tagsJson(TagList)), version: '' };
  }
}
