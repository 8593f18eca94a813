import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Writers touch a file several times in a row. */
const quietMs = 20;

/** A change that the system didn't tell is noticed after this time. */
const slowMs = 30_000;

/** Differs when the file may differ. */
export async function markOfFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ') : '';
}

/**
 * Calls back when the file may have changed since `seen`, its mark when it was last read. The directory is watched, not the file: whoever replaces a file (an editor, the kubelet)
 * leaves a watch on the file itself dead. Returns what ends the watch.
 */
export function watchFile(path: string, seen: string | undefined, changed: () => void): () => void {
  const directory = dirname(path);
  const names = [basename(path), '..data'];
  let timer: NodeJS.Timeout | undefined;
  const slow = setInterval(changed, slowMs).unref();
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, quietMs);
  };
  const close = start();
  // What changed before the watch was there gave no sign.
  if (seen !== undefined) void markOfFile(path).then((mark) => (mark === seen ? undefined : soon()));
  return () => {
    clearTimeout(timer);
    clearInterval(slow);
    close();
  };

  function start(): () => void {
    try {
      const watcher = watch(directory, (_event, name) => {
        if (name === null || names.includes(name)) soon();
      });
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return () => undefined; // No watch to be had (limits of the node): the slow look is left.
    }
  }
}
