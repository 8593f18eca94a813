import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import type { Round } from '../../clients/aws/caller.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { GoRegexp } from '../../core/go-regexp.ts';
import type { FindQuery, Found } from '../../core/object-ref.ts';
import { allPages, hitOf } from './hits.ts';
import type { ParameterApi } from './parameter-api.ts';
import { foundIn, type ParameterReader } from './parameter-values.ts';
import { fewSecrets } from './requests.ts';

/** What a search works with. */
export interface ParameterSearch {
  readonly api: ParameterApi;
  readonly reader: ParameterReader;
  readonly storeId: string;
  readonly round: Round;
}

/** As eso.md 2.5: a name goes before tags, keys are full names. Throws when nothing could be listed. */
export async function findParameters(
  query: FindQuery,
  { api, reader, storeId, round }: ParameterSearch,
): Promise<readonly Found[]> {
  const { name, path, tags = {} } = query;
  const below: readonly ParameterStringFilter[] =
    path === undefined ? [] : [{ Key: 'Path', Option: 'Recursive', Values: [path] }];
  if (name) return byName(name);
  const tagged = Object.entries(tags).map(([key, value]) => ({ Key: `tag:${key}`, Option: 'Equals', Values: [value] }));
  if (tagged.length > 0) return described([...tagged, ...below], () => true);
  throw new AgentError('REQUEST_INVALID', `${storeId}: a find needs a name or tags`, {
    hint: 'Give find.name.regexp or find.tags.',
  });

  async function byName(name: GoRegexp): Promise<readonly Found[]> {
    try {
      return await allBelow(path ?? '/', name);
    } catch (error) {
      if (!(error instanceof AgentError) || errorClass(error) !== 'denied') throw error;
      return described(below, (candidate) => name.matches(candidate));
    }
  }

  async function allBelow(path: string, name: GoRegexp): Promise<readonly Found[]> {
    const parameters = await allPages(async (token) => {
      const { Parameters = [], NextToken } = await api.valuesBelow(path, token, round);
      return { items: Parameters, token: NextToken };
    });
    const matching = parameters.filter((parameter) => name.matches(parameter.Name ?? ''));
    return matching.map((parameter): Found => {
      const key = parameter.Name ?? '';
      return { ...foundIn(parameter, key, storeId), key };
    });
  }

  async function described(
    filters: readonly ParameterStringFilter[],
    matches: (name: string) => boolean,
  ): Promise<readonly Found[]> {
    const listed = await allPages(async (token) => {
      const { Parameters = [], NextToken } = await api.describe(filters, token, round);
      return { items: Parameters.flatMap(({ Name }) => (Name === undefined ? [] : [Name])), token: NextToken };
    });
    const names = [...new Set(listed.filter(matches))];
    const answers = names.length <= fewSecrets ? await oneByOne(names) : await reader.many(names, round);
    return names.flatMap((key) => {
      const answer = answers.get(key);
      return answer ? [hitOf(key, answer, storeId)] : [];
    });
  }

  async function oneByOne(names: readonly string[]): Promise<Awaited<ReturnType<ParameterReader['many']>>> {
    return new Map(await Promise.all(names.map(async (name) => [name, await reader.one(name, round)] as const)));
  }
}
