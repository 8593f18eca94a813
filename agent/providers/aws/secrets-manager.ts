import type { DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { newRound, type Round } from '../../clients/aws/caller.ts';
import type { Effects } from '../../core/effects.ts';
import type { Answer, FoundAnswer, ObjectRef, Outlook } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { Store } from '../../core/spec.ts';
import type { Provider } from '../provider.ts';
import { answeredPlainly, eachOnItsOwn, spread } from './answers.ts';
import type { AwsConfig } from './config.ts';
import { secretRequests, type Wanted } from './requests.ts';
import { openSecretApi } from './secret-api.ts';
import { findSecrets } from './secret-find.ts';
import { secretReader } from './secret-values.ts';
import { tagsJson } from './tags-json.ts';

/** Opens AWS Secrets Manager for one store. Nothing is sent until the first read. */
export async function openSecretsManager(store: Store, config: AwsConfig, effects: Effects): Promise<Provider> {
  const api = await openSecretApi(store, config, effects);
  const reader = secretReader(api, store.id);
  return {
    read,
    find: (query, signal) => findSecrets(query, { api, reader, storeId: store.id, round: newRound(signal) }),
    close: async () => api.close(),
  };

  async function read(refs: readonly ObjectRef[], _known: unknown, signal: AbortSignal): Promise<ReadonlyMap<ObjectRef, Answer>> {
    const round = newRound(signal);
    const { current, pinned, tags } = secretRequests(config, refs);
    const answers = await Promise.all([
      reader.current(namesOf(current), round).then((values) => spread(values, current)),
      eachOnItsOwn(pinned, (version) => reader.pinned(version, round)),
      eachOnItsOwn(tags, (id) => answeredPlainly(() => tagsOf(id, round))),
    ]);
    return new Map(answers.flat());
  }

  async function tagsOf(id: string, round: Round): Promise<FoundAnswer> {
    const description = await api.describe(id, round);
    const value = SecretValue.ofText(tagsJson(description.Tags ?? []));
    return { kind: 'found', value, version: '', outlook: outlookOf(description) };
  }
}

/** What stands beside the tags anyway. The date is the latest one, and stays in the past while rotations fail (aws.md 2.3). */
function outlookOf({ NextRotationDate, VersionIdsToStages = {} }: DescribeSecretCommandOutput): Outlook {
  const previous = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSPREVIOUS'));
  return {
    ...(NextRotationDate ? { rotatesAt: NextRotationDate.getTime() } : {}),
    ...(previous ? { previousVersion: previous[0] } : {}),
  };
}

function namesOf(wanted: readonly Wanted<string>[]): readonly string[] {
  return wanted.map(({ object }) => object);
}
