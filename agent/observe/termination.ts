import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Kubernetes keeps this much of a termination message. */
const mostBytes = 4_096;

/**
 * Leaves a container's last words where `kubectl describe pod` shows them. The file is the kubelet's: where it isn't, nothing is
 * written, and no failure to write it matters to a process that ends anyway. Synchronous for the same reason.
 *
 * @param path usually /dev/termination-log
 * @param text masked already
 */
export function writeTerminationMessage(path: string, text: string): void {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_TRUNC);
    try {
      writeSync(file, bounded(text));
    } finally {
      closeSync(file);
    }
  } catch {
    // Not in a container, or not allowed.
  }
}

/** The beginning, since the first error counts most; never half a character. */
function bounded(text: string): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, mostBytes - 3)
    .toString('utf8');
  return `${cut.replace(/\ufffd$/, '')}...`;
}
