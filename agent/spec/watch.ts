import { watch as watchDirectory } from 'node:fs';
import { fingerprintOfSights, type Sight, sightOf } from './spec-fingerprint.ts';

export interface WatchTiming {
  /** From the first sign of a change to the look at it: an editor's several steps are one change. */
  readonly settleMs: number;
  /** Between looks without any sign: for systems that are out of inotify watches, and for what was replaced under a watch. */
  readonly tickMs: number;
}

const usualTiming: WatchTiming = { settleMs: 100, tickMs: 10_000 };

/**
 * Calls `changed` after files of these paths changed, until `signal` aborts; they are asked for at each look. Resolves when the watching has begun; never rejects.
 * A sign of the file system only makes it look: `changed` is called when what it sees differs from before. `since`: the
 * `fingerprintOf` these paths from before they were read, so that no change is lost between reading and watching.
 */
export async function watchSpec(
  paths: () => readonly string[],
  changed: () => void,
  signal: AbortSignal,
  { since, ...timing }: Partial<WatchTiming> & { readonly since?: string } = {},
): Promise<void> {
  const { settleMs, tickMs } = { ...usualTiming, ...timing };
  const state: Watching = { paths, changed, signal, seen: '', watches: new Map(), looking: Promise.resolve() };
  const soon = settled(() => look(state, soon), settleMs, signal);
  const first = fingerprintOfSights(await see(state, soon));
  state.seen = since ?? first;
  look(state, soon); // What changed before the watches were there gave no sign.
  const ticker = setInterval(() => look(state, soon), tickMs);
  ticker.unref();
  const stop = (): void => {
    clearInterval(ticker);
    for (const each of state.watches.values()) each.close();
    state.watches.clear();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
}

interface Watching {
  readonly paths: () => readonly string[];
  readonly changed: () => void;
  readonly signal: AbortSignal;
  seen: string;
  /** By path; one that failed is not among them, and is tried again at the next look. */
  readonly watches: Map<string, Watch>;
  looking: Promise<void>;
}

interface Watch {
  readonly identity: string;
  readonly close: () => void;
}

/** One look after the other. */
function look(state: Watching, soon: () => void): void {
  state.looking = state.looking.then(async () => {
    if (state.signal.aborted) return;
    const seen = fingerprintOfSights(await see(state, soon));
    if (seen === state.seen || state.signal.aborted) return;
    state.seen = seen;
    state.changed();
  });
}

/** Looks at all paths, and puts a watch on what has none. */
async function see(state: Watching, soon: () => void): Promise<readonly Sight[]> {
  const sights = await Promise.all(state.paths().map(sightOf));
  for (const { watched } of sights) {
    const { path, kind, identity } = watched;
    const old = state.watches.get(path);
    if (old?.identity === `${kind} ${identity}` || state.signal.aborted) continue;
    old?.close();
    state.watches.delete(path);
    const failed = (): void => {
      state.watches.delete(path);
    };
    const close = kind === 'volume' ? watchVolume(path, soon, failed) : await watchOther(path, soon);
    if (!close) continue;
    if (state.signal.aborted) close();
    else state.watches.set(path, { identity: `${kind} ${identity}`, close });
  }
  return sights;
}

/** The kubelet shows a new state by renaming one symlink: one watch on the directory tells it (performance.md 7). */
function watchVolume(directory: string, soon: () => void, failed: () => void): (() => void) | undefined {
  try {
    const watcher = watchDirectory(directory, { persistent: false }, (_event, name) => {
      // The kubelet's other steps all begin with `..`; the directory's own name tells that it was moved away.
      if (name === null || name === '..data' || !name.startsWith('..')) soon();
    });
    watcher.on('error', () => {
      watcher.close();
      failed();
    });
    return () => watcher.close();
  } catch {
    return undefined; // ENOSPC, EMFILE: no watches left on this node. The ticks go on.
  }
}

/** A laptop's manifests, and whatever else a user names. Loaded only then. */
async function watchOther(path: string, soon: () => void): Promise<() => void> {
  const { watch } = await import('chokidar');
  const watcher = watch(path, { ignoreInitial: true, depth: 0, persistent: false });
  watcher.on('all', soon);
  watcher.on('error', () => {}); // As above: the ticks go on.
  await new Promise<void>((ready) => {
    watcher.once('ready', ready);
    setTimeout(ready, 1_000).unref();
  });
  return () => {
    void watcher.close();
  };
}

/** Runs `act` once, `delayMs` after the first of a series of calls. */
function settled(act: () => void, delayMs: number, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    if (timer || signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      act();
    }, delayMs);
    timer.unref();
  };
}
