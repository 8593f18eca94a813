import type { Dirent } from 'node:fs';
import { generationNumber } from './generation-name.ts';
import type { OpenDirectory } from './open-directory.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** The link that says which generation readers see, and the name under which a new one of it is made. Kubelet calls them so. */
export const dataLink = '..data';
export const draftLink = '..data_tmp';

export interface FoundGeneration {
  readonly number: number;
  /** Of its directory. */
  readonly name: string;
}

/** What lies in a delivery's directory. */
export interface Scan {
  /** What readers see, with the names right in it. */
  readonly current: (FoundGeneration & { readonly topNames: readonly string[] }) | undefined;
  /** Complete and older, oldest first. */
  readonly previous: readonly FoundGeneration[];
  /** Generations that were never finished, never shown, or are half removed. */
  readonly litter: readonly string[];
  /** True when a link was made that never became `..data`. */
  readonly hasDraft: boolean;
  /** Visible links as we make them. */
  readonly links: ReadonlySet<string>;
  /** Visible names that somebody else put there, and what they are. */
  readonly foreign: ReadonlyMap<string, string>;
}

/** Looks without touching. Directories that belong to another user are no generations of ours, whatever their name. */
export function scan(delivery: OpenDirectory, identity: ProcessIdentity): Scan {
  const entries = delivery.entries();
  const target = delivery.linkTarget(dataLink);
  const found = entries.flatMap((entry) => lookAt(delivery, entry, identity));
  const current = found.find(({ name, isComplete }) => isComplete && name === target);
  const previous = found.filter(({ number, isComplete }) => isComplete && current && number < current.number);
  const kept = new Set([current, ...previous]);
  return {
    current: current && { ...current, topNames: namesIn(delivery, current.name) },
    previous: previous.sort((a, b) => a.number - b.number),
    litter: found.filter((each) => !kept.has(each)).map(({ name }) => name),
    hasDraft: entries.some(({ name }) => name === draftLink),
    ...visibleNames(delivery, entries),
  };
}

function lookAt(
  delivery: OpenDirectory,
  entry: Dirent,
  identity: ProcessIdentity,
): readonly (FoundGeneration & { readonly isComplete: boolean })[] {
  const number = generationNumber(entry.name);
  if (number === undefined || !entry.isDirectory()) return [];
  const { mode, uid } = delivery.lstat(entry.name);
  return uid === identity.uid ? [{ number, name: entry.name, isComplete: (mode & 0o200) === 0 }] : [];
}

function namesIn(delivery: OpenDirectory, name: string): readonly string[] {
  const directory = delivery.openDirectory(name);
  try {
    return directory?.entries().map((entry) => entry.name) ?? [];
  } finally {
    directory?.close();
  }
}

function visibleNames(delivery: OpenDirectory, entries: readonly Dirent[]): Pick<Scan, 'links' | 'foreign'> {
  const links = new Set<string>();
  const foreign = new Map<string, string>();
  for (const entry of entries) {
    if (entry.name.startsWith('..')) continue;
    const target = entry.isSymbolicLink() ? delivery.linkTarget(entry.name) : undefined;
    if (target === visibleTarget(entry.name)) links.add(entry.name);
    else foreign.set(entry.name, target === undefined ? kindOf(entry) : 'a symlink to somewhere else');
  }
  return { links, foreign };
}

/** Where the visible link of a name points to. */
export function visibleTarget(name: string): string {
  return `${dataLink}/${name}`;
}

function kindOf(entry: Dirent): string {
  if (entry.isDirectory()) return 'a directory';
  if (entry.isFile()) return 'a file';
  return entry.isFIFO() ? 'a FIFO' : 'a special file';
}
