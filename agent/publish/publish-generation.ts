import { AgentError } from '../core/agent-error.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import { buildGeneration } from './build-generation.ts';
import { isFull } from './file-error.ts';
import { type FileTree, fileTree, topNames } from './file-tree.ts';
import { newGenerationName } from './generation-name.ts';
import { heal } from './heal.ts';
import { openOrCreateDelivery } from './open-delivery.ts';
import type { OpenDirectory } from './open-directory.ts';
import { removeTree } from './remove-tree.ts';
import type { Retention } from './retention.ts';
import { dataLink, draftLink, type Scan, visibleTarget } from './scan.ts';
import { freeSpace, isEnough, neededSpace, volumeFull } from './space.ts';
import { lookAtStaged, refuseMeddling } from './staged-generation.ts';
import type { Volume } from './volume.ts';

/** Where one delivery is published. */
export interface Place {
  readonly volume: Volume;
  /** Below the root. */
  readonly directory: string;
  readonly kept: Retention;
}

/**
 * Kubelet's way of changing a volume: a new directory is made complete, new names get their links, `..data` is renamed onto the new
 * directory, links of names that are no more go. The rename is the only step that readers of existing names can see; a new name's link
 * comes before it, so that a watcher woken by `..data` finds every name.
 */
export function publishGeneration(place: Place, files: readonly RenderedFile[], generation: number): void {
  const { attempt, found } = begin(place, files, generation);
  try {
    const tries = triesMakingRoom(attempt, found);
    for (let turn = tries.next(); !turn.done; ) turn = tries.next(tryToWrite(attempt, found));
    afterSwap(attempt, found);
  } finally {
    attempt.open.close();
  }
}

/** Is told the absolute path of a generation that is complete and that nothing points to. Throws why nobody may see it. */
export type CheckStaged = (directory: string) => Promise<void>;

/** The same with a look at the files before the swap. What lies in the directory may have changed by then, so it is looked at again. */
export async function publishChecked(
  place: Place,
  files: readonly RenderedFile[],
  generation: number,
  check: CheckStaged,
): Promise<void> {
  const { attempt, found } = begin(place, files, generation);
  try {
    const tries = triesMakingRoom(attempt, found);
    for (let turn = tries.next(); !turn.done; ) turn = tries.next(await tryToWriteChecked(attempt, found, check));
    afterSwap(attempt, found);
  } finally {
    attempt.open.close();
  }
}

/** Looks at what is there, and refuses before anything is written. The caller closes `attempt.open`. */
function begin(
  place: Place,
  files: readonly RenderedFile[],
  generation: number,
): { readonly attempt: Attempt; readonly found: Scan } {
  const { volume, directory } = place;
  const tree = fileTree(files, directory);
  const open = openOrCreateDelivery(volume, directory);
  try {
    const { found } = heal(open, volume.identity);
    refuseOlder(found, generation, open.path);
    refuseTaken(found, tree, open.path);
    return { attempt: { place, open, files, tree, generation }, found };
  } catch (error) {
    open.close();
    throw error;
  }
}

interface Attempt {
  readonly place: Place;
  readonly open: OpenDirectory;
  readonly files: readonly RenderedFile[];
  readonly tree: FileTree;
  readonly generation: number;
}

/** We number our own generations upwards: another agent writes here as well. */
function refuseOlder({ current }: Scan, generation: number, path: string): void {
  if (!current || generation > current.number) return;
  throw new AgentError(
    'VOLUME_UNUSABLE',
    `generation ${generation} of ${path} is not newer than what is there, ${current.number}`,
    {
      hint: 'Another agent publishes to the same directory: give each a root of its own, then restart this one.',
    },
  );
}

function refuseTaken({ foreign }: Scan, tree: FileTree, path: string): void {
  for (const name of topNames(tree)) {
    const what = foreign.get(name);
    if (what === undefined) continue;
    throw new AgentError('VOLUME_UNUSABLE', `cannot publish ${path}/${name}: ${what} that is not the agent's has this name`, {
      hint: 'Remove it (another container put it there, or another delivery has this directory), or choose another name.',
    });
  }
}

/**
 * Yields for each try to write, and is told what came of it: undefined, or why the volume was full. Gives up older generations, the
 * oldest first, as long as space lacks: what is new matters more than a way back.
 */
function* triesMakingRoom(attempt: Attempt, found: Scan): Generator<void, void, unknown> {
  const { place, open, files, tree, generation } = attempt;
  const droppable = [...place.kept.dropOrder(found.previous)];
  for (;;) {
    const fileSystem = open.fileSystem();
    const [needed, free] = [neededSpace(files, tree, fileSystem.bsize), freeSpace(fileSystem)];
    const failure = isEnough(free, needed) ? yield : 'full';
    if (failure === undefined) return;
    const oldest = droppable.shift();
    if (!oldest) throw volumeFull(`publish generation ${generation} of ${open.path}`, needed, free, place.volume.root, failure);
    place.volume.log.warn(
      { directory: place.directory, generation: oldest.number },
      'an old generation goes early: the volume is full',
    );
    removeTree(open, oldest.name);
  }
}

/** Everything up to the swap. Returns the error when the volume is full; any other is thrown. Nothing of a failed try is left. */
function tryToWrite(attempt: Attempt, { links }: Scan): unknown {
  try {
    swap(attempt, stage(attempt), links);
    return undefined;
  } catch (error) {
    return undo(attempt, error);
  }
}

async function tryToWriteChecked(attempt: Attempt, found: Scan, check: CheckStaged): Promise<unknown> {
  const { open, place } = attempt;
  try {
    const staged = lookAtStaged(open, stage(attempt));
    await check(open.pathOf(staged.name));
    const { links } = refuseMeddling(open, { staged, found, identity: place.volume.identity });
    swap(attempt, staged.name, links);
    return undefined;
  } catch (error) {
    return undo(attempt, error);
  }
}

/** Builds the generation where no link leads; returns its name. */
function stage({ place: { volume }, open, tree, generation }: Attempt): string {
  const name = newGenerationName(generation, volume.now());
  buildGeneration(open, name, tree, volume.identity);
  return name;
}

function swap({ open, tree }: Attempt, name: string, links: ReadonlySet<string>): void {
  for (const top of topNames(tree)) if (!links.has(top)) open.createLink(top, visibleTarget(top));
  open.createLink(draftLink, name); // Relative, so that it holds wherever the app mounts the volume.
  open.rename(draftLink, dataLink); // No fsync: tmpfs has no disk that could disagree with readers.
}

function undo({ place: { volume, directory }, open }: Attempt, error: unknown): unknown {
  try {
    heal(open, volume.identity);
  } catch (caught) {
    volume.log.warn({ directory, error: caught }, 'what a failed publish left could not be removed');
  }
  if (isFull(error)) return error;
  throw error;
}

/** The generation is published: what fails from here on is made up for by the next publish, and is no failure of this one. */
function afterSwap({ place, open, tree }: Attempt, found: Scan): void {
  const { volume, directory, kept } = place;
  if (found.current) kept.superseded(found.current, volume.now());
  const names = new Set(topNames(tree));
  try {
    for (const name of found.links) if (!names.has(name)) open.unlink(name);
  } catch (error) {
    volume.log.warn({ directory, error }, 'links of files that are no more could not be removed');
  }
}
