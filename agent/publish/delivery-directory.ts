import { join } from 'node:path';
import type { RenderedFile } from '../core/rendered-file.ts';
import { heal } from './heal.ts';
import { openDelivery, refuseDirectory } from './open-delivery.ts';
import type { OpenDirectory } from './open-directory.ts';
import { type CheckStaged, type Place, publishChecked, publishGeneration } from './publish-generation.ts';
import { readGeneration } from './read-generation.ts';
import { removeTree } from './remove-tree.ts';
import { retention } from './retention.ts';
import { dataLink, scan } from './scan.ts';
import type { Volume } from './volume.ts';

export interface DeliveryOptions {
  readonly keepPreviousMs: number;
  /** Older generations at most, however young. */
  readonly keepAtMost?: number;
}

/** What a predecessor published. */
export interface AdoptedGeneration {
  readonly number: number;
  /** With the modes and owners that they have. What is not for us to read is left out, so that it counts as a change. */
  readonly files: readonly RenderedFile[];
  readonly publishedAt: Date;
}

/** The directory of one delivery on the volume. Nothing else writes there; docs/contract.md says what its readers may rely on. */
export interface DeliveryDirectory {
  /** Puts the directory in order after a predecessor that was killed, and says what readers see. Rewrites nothing. */
  readonly adopt: () => Promise<AdoptedGeneration | undefined>;
  /**
   * Makes these files, and no others, visible in one step. An empty list empties the directory. Throws FILE_REFUSED, VOLUME_FULL or
   * VOLUME_UNUSABLE; then readers see what they saw before, and nothing of the attempt is left. `check` is told where the files are,
   * complete, before anybody sees them: what it throws is thrown, and then it is the same.
   */
  readonly publish: (files: readonly RenderedFile[], generation: number, check?: CheckStaged) => Promise<void>;
  /** The files of an older generation; undefined when it isn't there any more. */
  readonly readOlder: (generation: number) => Promise<readonly RenderedFile[] | undefined>;
  /** Removes older generations that are over their time; those in `wanted` stay, and their time begins when they no longer are. */
  readonly sweep: (wanted: ReadonlySet<number>) => Promise<void>;
  /** For a delivery that left the spec: first `..data` goes, then all else of ours. The directory itself stays. */
  readonly remove: () => Promise<void>;
  /** As readers see it, absolute. */
  readonly path: string;
}

/** Throws FILE_REFUSED for a directory that can't be one. Touches nothing until its functions are called. */
export function deliveryDirectory(
  volume: Volume,
  directory: string,
  { keepPreviousMs, keepAtMost = 10 }: DeliveryOptions,
): DeliveryDirectory {
  refuseDirectory(directory);
  const place: Place = { volume, directory, kept: retention({ keepPreviousMs, keepAtMost }) };
  return {
    adopt: async () => withDelivery(place, (open) => adopt(place, open)),
    publish: async (files, generation, check) =>
      check ? publishChecked(place, files, generation, check) : publishGeneration(place, files, generation),
    readOlder: async (generation) => withDelivery(place, (open) => readOlder(place, open, generation)),
    sweep: async (wanted) => withDelivery(place, (open) => sweep(place, open, wanted)),
    remove: async () => withDelivery(place, (open) => remove(place, open)),
    path: join(volume.root, directory),
  };
}

/** Undefined when there is no such directory. */
function withDelivery<T>({ volume, directory }: Place, use: (open: OpenDirectory) => T): T | undefined {
  const open = openDelivery(volume, directory);
  if (!open) return undefined;
  try {
    return use(open);
  } finally {
    open.close();
  }
}

function adopt({ volume, directory }: Place, open: OpenDirectory): AdoptedGeneration | undefined {
  const { found, healed } = heal(open, volume.identity);
  if (healed.length > 0) volume.log.info({ directory, healed }, 'put in order what a predecessor left');
  const generation = found.current && open.openDirectory(found.current.name);
  if (!found.current || !generation) return undefined;
  try {
    const { files, unreadable } = readGeneration(generation);
    if (unreadable.length > 0)
      volume.log.warn({ directory, unreadable }, 'files of a predecessor are not for this agent to read');
    return { number: found.current.number, files, publishedAt: open.lstat(dataLink).mtime };
  } finally {
    generation.close();
  }
}

/** One that holds what isn't for us to read is no way back: less than it showed would be shown. */
function readOlder({ volume }: Place, open: OpenDirectory, generation: number): readonly RenderedFile[] | undefined {
  const found = scan(open, volume.identity).previous.find(({ number }) => number === generation);
  const older = found && open.openDirectory(found.name);
  if (!older) return undefined;
  try {
    const { files, unreadable } = readGeneration(older);
    return unreadable.length > 0 ? undefined : files;
  } finally {
    older.close();
  }
}

function sweep({ volume, directory, kept }: Place, open: OpenDirectory, wanted: ReadonlySet<number>): void {
  const { previous } = scan(open, volume.identity);
  for (const { name } of kept.expired(previous, wanted, volume.now())) {
    removeTree(open, name);
    volume.log.debug({ directory, generation: name }, 'removed an old generation');
  }
}

function remove({ volume }: Place, open: OpenDirectory): void {
  if (open.linkTarget(dataLink) !== undefined) open.unlink(dataLink);
  heal(open, volume.identity);
}
