import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a path of the spec is, seen from outside. */
export interface Sight {
  /** Differs whenever the files may differ. */
  readonly fingerprint: string;
  /** What a watch is held on; another identity (a directory that was replaced) needs another watch. */
  readonly watched: { readonly kind: 'volume' | 'other'; readonly path: string; readonly identity: string };
}

/** A kubelet volume is looked at as a whole, through its `..data`; anything else file by file. Never throws: nothing there is a sight, too. */
export async function sightOf(path: string): Promise<Sight> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  const directory = stats?.isDirectory() ? path : dirname(path);
  const generation = await generationOf(directory);
  if (generation !== undefined) {
    const volume = await stat(directory, { bigint: true }).catch(() => undefined);
    const identity = `${volume?.dev}:${volume?.ino}`;
    return { fingerprint: `${identity} ${generation}`, watched: { kind: 'volume', path: directory, identity } };
  }
  const identity = `${stats?.dev}:${stats?.ino}`;
  const watched = { kind: 'other', path, identity: stats?.isDirectory() ? identity : '' } as const;
  return { fingerprint: stats?.isDirectory() ? await listing(path) : fileMark(stats), watched };
}

/** Differs whenever the files of these paths may differ. */
export async function fingerprintOf(paths: readonly string[]): Promise<string> {
  return fingerprintOfSights(await Promise.all(paths.map(sightOf)));
}

/** The fingerprint of some paths, and then these. */
export async function fingerprintWith(before: string, paths: readonly string[]): Promise<string> {
  return paths.length === 0 ? before : [before, await fingerprintOf(paths)].join(between);
}

/** Between paths. */
const between = '\n\n';

export function fingerprintOfSights(sights: readonly Sight[]): string {
  return sights.map((sight) => sight.fingerprint).join(between);
}

async function generationOf(directory: string): Promise<string | undefined> {
  const data = join(directory, '..data');
  const isLink = await lstat(data).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink ? readlink(data).catch(() => 'unreadable') : undefined;
}

async function listing(directory: string): Promise<string> {
  const names = await readdir(directory).catch(() => []);
  const marks = names
    .sort()
    .map(async (name) => `${name} ${fileMark(await stat(join(directory, name), { bigint: true }).catch(() => undefined))}`);
  return (await Promise.all(marks)).join('\n');
}

interface FileStats {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

function fileMark(stats: FileStats | undefined): string {
  return stats ? [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ') : 'missing';
}
