import * as fs from 'node:fs';
import { fileError } from './file-error.ts';

/** Permission bits and owner of a file or directory. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** An open file or directory whose mode and owner can be set. */
export interface OpenFile {
  /** As an operator knows it, for messages. */
  readonly path: string;
  readonly ownership: () => Ownership;
  readonly setMode: (mode: number) => void;
  /** Throws the kernel's own error: only the caller knows who wanted that owner. */
  readonly setOwner: (uid: number, gid: number) => void;
}

/**
 * Modes and owners are set through `/proc/self/fd/N`, which leads to the open file and nowhere else: Node refuses fchmod and fchown
 * themselves under its permission model.
 */
export function openFile(path: string, fd: number): OpenFile {
  const self = `/proc/self/fd/${fd}`;
  return {
    path,
    ownership: () => ownershipOf(fs.fstatSync(fd)),
    setMode: (mode) => attempt('set the mode of', path, () => fs.chmodSync(self, mode)),
    setOwner: (uid, gid) => fs.chownSync(self, uid, gid),
  };
}

export function ownershipOf({ mode, uid, gid }: fs.Stats): Ownership {
  return { mode: mode & 0o7777, uid, gid };
}

/** A write may be short; the rest follows at its place. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.byteLength; ) {
    written += fs.writeSync(fd, bytes, written, bytes.byteLength - written, written);
  }
}

/** Runs one system call; its failure says what was to be done to which path. */
export function attempt<T>(deed: string, path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fileError(deed, path, error);
  }
}
