import type { APIErrorType, Filter, SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import type { Round } from '../../clients/aws/caller.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { FindQuery, Found } from '../../core/object-ref.ts';
import { allPages, hitOf } from './hits.ts';
import type { SecretApi } from './secret-api.ts';
import { foundIn, type SecretReader } from './secret-values.ts';

/** What a search works with. */
export interface Search {
  readonly api: SecretApi;
  readonly reader: SecretReader;
  readonly storeId: string;
  readonly round: Round;
}

/**
 * The table of eso.md 2.4. Names are full names and the store's prefix is not applied: ESO applies it twice in one of the forms, which
 * nobody can rely on (section 9). Throws when nothing could be listed; what is listed but can't be read is `unreadable`.
 */
export async function findSecrets(query: FindQuery, { api, reader, storeId, round }: Search): Promise<readonly Found[]> {
  const filters = filtersOf(query);
  if (!query.name && filters.tags.length === 0)
    throw new AgentError('REQUEST_INVALID', `${storeId}: a find needs a name or tags`, {
      hint: 'Give find.name.regexp or find.tags.',
    });
  const matches = (name: string): boolean => query.name?.matches(name) ?? true;
  const all = [...filters.tags, ...filters.path];
  const isListed = query.name !== undefined && query.path === undefined;
  if (isListed || !reader.batches.allowed) return byList(all);
  try {
    return await byBatch(all);
  } catch (error) {
    if (!(error instanceof AgentError) || errorClass(error) !== 'denied') throw error;
    // Most roles may not batch: the list and single reads give the same. A batch by filter needs the right to list as well.
    const found = await byList(all);
    reader.batches.allowed = false;
    return found;
  }

  async function byList(filters: readonly Filter[]): Promise<readonly Found[]> {
    const listed = await allPages(async (token) => {
      const { SecretList = [], NextToken } = await api.list(filters, token, round);
      return { items: SecretList.flatMap(({ Name }) => (Name === undefined ? [] : [Name])), token: NextToken };
    });
    return read([...new Set(listed.filter(matches))]);
  }

  async function byBatch(filters: readonly Filter[]): Promise<readonly Found[]> {
    const found = new Map<string, Found>();
    const unclear: string[] = [];
    const pages = await allPages(async (token) => {
      const { SecretValues = [], Errors = [], NextToken } = await api.valuesBy(filters, token, round);
      return { items: [...SecretValues.map(entryOf), ...Errors.map(errorOf)], token: NextToken };
    });
    for (const hit of pages) {
      if (!matches(hit.key)) continue;
      if (hit.kind === 'unclear') unclear.push(hit.key);
      else found.set(hit.key, hit);
    }
    for (const hit of await read(unclear.filter((key) => !found.has(key)))) found.set(hit.key, hit);
    return [...found.values()];
  }

  async function read(names: readonly string[]): Promise<readonly Found[]> {
    const answers = await reader.current(names, round);
    return names.flatMap((key) => {
      const answer = answers.get(key);
      return answer ? [hitOf(key, answer, storeId)] : [];
    });
  }

  function entryOf(entry: SecretValueEntry): Hit {
    const key = entry.Name ?? '';
    try {
      return hitOf(key, foundIn(entry, key, storeId), storeId);
    } catch (error) {
      if (error instanceof AgentError) return { kind: 'unreadable', key, error };
      throw error;
    }
  }

  function errorOf(entry: APIErrorType): Hit {
    const key = nameIn(entry.SecretId ?? '');
    const error = reader.entryError({ ...entry, SecretId: key });
    return error ? { kind: 'unreadable', key, error } : { kind: 'unclear', key };
  }
}

type Hit = Found | { readonly kind: 'unclear'; readonly key: string };

function filtersOf({ path, tags = {} }: FindQuery): { readonly tags: readonly Filter[]; readonly path: readonly Filter[] } {
  return {
    // Not paired: the key of one tag and the value of another match, too.
    tags: Object.entries(tags).flatMap(([key, value]): readonly Filter[] => [
      { Key: 'tag-key', Values: [key] },
      { Key: 'tag-value', Values: [value] },
    ]),
    path: path === undefined ? [] : [{ Key: 'name', Values: [path] }],
  };
}

/** The name in an ARN such as `arn:aws:secretsmanager:eu-west-1:1:secret:app/db-AbCdEf`; anything else is a name. */
function nameIn(id: string): string {
  return /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)-.{6}$/.exec(id)?.[1] ?? id;
}
