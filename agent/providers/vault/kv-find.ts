import { AgentError } from '../../core/agent-error.ts';
import type { FindQuery, Found } from '../../core/object-ref.ts';
import { pathsOf, type VaultConfig } from './config.ts';
import { keysIn } from './kv-answers.ts';
import type { KvCalls } from './kv-calls.ts';
import type { KvReader } from './kv-reader.ts';
import { type KvPaths, sentPath } from './paths.ts';

/** What a search works with. */
export interface KvSearch {
  readonly storeId: string;
  readonly config: VaultConfig;
  readonly reader: KvReader;
  readonly calls: KvCalls;
}

/** More than anybody can mean: a search reads each of them, every time. */
const mostFolders = 10_000;
const mostNames = 50_000;

/**
 * As eso.md 2.7 and 2.8. Throws when something could not be listed, SECRET_MISSING (ESO's NoSecret) when there is nothing at all below the
 * path. What is listed but can't be read is `unreadable`; what is listed but deleted is left out.
 */
export async function findSecrets(query: FindQuery, search: KvSearch): Promise<readonly Found[]> {
  refuseUnsupported(query, search);
  const names = await namesBelow(query.path ?? '', search);
  const candidates = names.filter(({ name }) => query.name?.matches(name) ?? true);
  const tags = query.name ? [] : Object.entries(query.tags ?? {});
  const found = await Promise.all(candidates.map((candidate) => read(candidate, tags, search)));
  return found.filter((hit) => hit !== undefined);
}

function refuseUnsupported({ name, tags }: FindQuery, { storeId, config }: KvSearch): void {
  const refuse = (why: string, hint: string): never => {
    throw new AgentError('REQUEST_INVALID', `${storeId}: ${why}`, { hint });
  };
  if (config.version === 'v1' && tags) refuse('KV v1 has no tags to search by', 'Give find.name.regexp, or use a KV v2 mount.');
  if (config.kind === 'openBao' && (tags || !name))
    refuse(
      'an openBao store can be searched by name.regexp only',
      'Give find.name.regexp, or describe the server as a vault store.',
    );
}

/** A listed secret: its name as the entry has it, and where it is. */
interface Candidate {
  readonly name: string;
  readonly path: string;
  readonly metadataPath: () => string;
}

/** A `vault` store is searched with all its folders, and names begin with the path; an `openBao` store has neither (eso.md 2.8). */
async function namesBelow(path: string, search: KvSearch): Promise<readonly Candidate[]> {
  const { config } = search;
  const top = path.replace(/^\/+|\/+$/g, '');
  const start = top === '' ? '' : `${top}/`;
  const paths = pathsOf(config);
  const names = await listed(start, search, paths);
  if (!names)
    throw new AgentError('SECRET_MISSING', `${search.storeId}: Vault has nothing below ${sentPath(paths.listing(start))}`);
  return names.map((name) => ({
    name: config.kind === 'vault' ? name : name.slice(start.length),
    path: paths.listed(name),
    metadataPath: () => paths.metadata(name),
  }));
}

/** Names of secrets in a folder and the folders in it. A secret and a folder may have one name: `a` and `a/`. Undefined: no such folder. */
async function listed(start: string, search: KvSearch, paths: KvPaths): Promise<readonly string[] | undefined> {
  const names: string[] = [];
  let folders = [start];
  let isThere = false;
  for (let asked = 0; folders.length > 0; asked += folders.length) {
    if (asked + folders.length > mostFolders || names.length > mostNames) throw tooMany(search.storeId, start);
    const answers = await Promise.all(folders.map((folder) => keysOf(folder, search, paths)));
    isThere ||= answers.some((keys) => keys !== undefined);
    const below = answers.flatMap((keys = [], index) => keys.map((key) => `${folders[index] ?? ''}${key}`));
    names.push(...below.filter((name) => !name.endsWith('/')));
    folders = search.config.kind === 'vault' ? below.filter((name) => name.endsWith('/')) : [];
  }
  return isThere ? names : undefined;
}

async function keysOf(folder: string, { storeId, calls }: KvSearch, paths: KvPaths): Promise<readonly string[] | undefined> {
  const path = sentPath(paths.listing(folder));
  const answer = await calls.list(path);
  return answer && keysIn(answer, { storeId, path, version: '' });
}

function tooMany(storeId: string, start: string): AgentError {
  return new AgentError('REQUEST_INVALID', `${storeId}: there is too much to search below ${start || 'the mount'}`, {
    hint: 'Narrow find.path: each search lists and reads all that is below it.',
  });
}

type Tags = readonly (readonly [name: string, value: string])[];

async function read(
  { name, path, metadataPath }: Candidate,
  tags: Tags,
  { reader, calls }: KvSearch,
): Promise<Found | undefined> {
  try {
    if (tags.length > 0 && !hasTags(await reader.metadata(sentPath(metadataPath()), calls), tags)) return undefined;
    const answer = await reader.value(sentPath(path), '', calls);
    if (answer.kind !== 'found') return undefined;
    const { value, version, versionName } = answer;
    return { kind: 'found', key: name, value, version, versionName };
  } catch (error) {
    if (error instanceof AgentError) return { kind: 'unreadable', key: name, error };
    throw error;
  }
}

function hasTags(metadata: ReadonlyMap<string, string> | undefined, tags: Tags): boolean {
  const asTheyCome = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  return metadata !== undefined && tags.every(([name, value]) => metadata.get(asTheyCome(name)) === asTheyCome(value));
}
