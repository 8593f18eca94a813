import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';

export interface HintFiles {
  /** Where the app may write: `<delivery>.hint` there, touched, is a hint. It need not be there, or not yet. */
  readonly directory: string;
  /** Names of the deliveries there are now. */
  readonly deliveries: () => readonly string[];
  readonly onHint: (delivery: string) => void;
  /** What was touched before this time, in ms since the epoch, when it is first looked at is no hint: it is answered by the first fetch. */
  readonly since: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Without any sign of the file system it is looked this often: a watch may be lost, or there may be none left on a node. */
const tickMs = 5_000;
/** Signs come in bursts, and the app can make as many as it likes. */
const settleMs = 50;

/**
 * Looks for hints until the signal aborts. Whatever the app puts there is looked at, never followed and never read: only times of plain
 * files count.
 */
export async function watchHintFiles(files: HintFiles): Promise<void> {
  const { clock, signal, onHint } = files;
  const seen = new Map<string, string>();
  let { since } = files;
  for (const eye = openEye(files.directory, signal); !signal.aborted; ) {
    const isThere = await eye.open();
    for (const delivery of isThere ? files.deliveries() : []) {
      const sight = await sightOf(join(files.directory, `${delivery}.hint`));
      const isNew = sight !== undefined && sight.mark !== seen.get(delivery) && sight.touchedAt >= since;
      seen.set(delivery, sight?.mark ?? '');
      if (isNew && !signal.aborted) onHint(delivery);
    }
    since = 0; // From now on every change is one, whatever becomes of this machine's clock.
    await eye.sign(clock);
    await clock.sleep(settleMs, signal);
  }
}

/** `mark` differs after each touch, and `touchedAt` is a time that the app can't choose. Undefined: no plain file. */
async function sightOf(path: string): Promise<{ readonly mark: string; readonly touchedAt: number } | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { mark: [found.dev, found.ino, found.mtimeNs, found.ctimeNs].join(' '), touchedAt: Number(found.ctimeMs) };
}

interface Eye {
  /** Watches the directory that is there now; false: there is none. */
  readonly open: () => Promise<boolean>;
  /** Resolves when something may have changed. */
  readonly sign: (clock: Clock) => Promise<void>;
}

function openEye(directory: string, signal: AbortSignal): Eye {
  let watcher: { readonly fs: FSWatcher; readonly identity: string } | undefined;
  let blink = new AbortController();
  const shut = (): void => {
    watcher?.fs.close();
    watcher = undefined;
  };
  signal.addEventListener('abort', shut, { once: true });
  return {
    async open() {
      blink = new AbortController();
      const found = await lstat(directory).catch(() => undefined);
      const identity = found ? `${found.dev} ${found.ino}` : '';
      if (watcher?.identity === identity || signal.aborted) return found !== undefined;
      shut();
      try {
        if (found) watcher = { identity, fs: watch(directory, { persistent: false }, () => blink.abort()).on('error', shut) };
      } catch {
        // No watches left on this node: the ticks go on.
      }
      return found !== undefined;
    },
    sign: (clock) => clock.sleep(tickMs, AbortSignal.any([signal, blink.signal])),
  };
}
