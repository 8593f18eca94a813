import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that `process.execve` can run: Node ends by abort() when it can't, and by then there is nobody to tell. */
export type FoundProgram =
  | { readonly kind: 'found'; readonly file: string; readonly interpreter?: string }
  /** `code` as a shell would end with: 127 when nothing has that name, 126 when it can't be run. */
  | { readonly kind: 'unusable'; readonly code: 126 | 127; readonly why: string };

/** What a shell would run for this word: a path if it has a slash, else the first that fits in PATH. */
export function findProgram(word: string, path = '/usr/local/bin:/usr/bin:/bin'): FoundProgram {
  const candidates = word.includes('/') ? [word] : path.split(delimiter).map((dir) => join(dir === '' ? '.' : dir, word));
  const there = candidates.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  const file = there.find(isExecutable);
  if (word === '' || there.length === 0) return { kind: 'unusable', code: 127, why: 'there is no such program' };
  return file === undefined ? { kind: 'unusable', code: 126, why: 'it is not executable' } : runnable(file);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As the kernel looks at it (elf(5), execve(2)). What is neither ELF nor `#!` is a script for the shell, as for execvp(3). */
function runnable(file: string): FoundProgram {
  const begin = beginOf(file);
  if (begin === undefined) return { kind: 'found', file }; // Executable and not readable: the kernel alone may look.
  if (begin.subarray(0, 4).equals(elfMagic)) return elf(file, begin);
  const [, interpreter] = /^#![ \t]*([^ \t\n]+)/.exec(begin.toString('latin1')) ?? [];
  if (interpreter === undefined) return shell(file);
  if (existsSync(interpreter)) return { kind: 'found', file };
  return { kind: 'unusable', code: 126, why: `its interpreter ${interpreter} is not there` };
}

const elfMagic = Buffer.from('\x7fELF', 'latin1');

function elf(file: string, begin: Buffer): FoundProgram {
  const ours = beginOf('/proc/self/exe');
  const isOurKind = begin[4] === ours?.[4] && begin.readUInt16LE(18) === ours?.readUInt16LE(18);
  if (ours && !isOurKind) return { kind: 'unusable', code: 126, why: 'it is for another kind of machine' };
  const loader = loaderOf(begin);
  if (loader === undefined || existsSync(loader)) return { kind: 'found', file };
  return { kind: 'unusable', code: 126, why: `its loader ${loader} is not there` };
}

/** PT_INTERP of a 64-bit program. */
function loaderOf(begin: Buffer): string | undefined {
  const [at, size, count] = [Number(begin.readBigUInt64LE(32)), begin.readUInt16LE(54), begin.readUInt16LE(56)];
  for (let header = at; header < at + size * count && header + size <= begin.length; header += size) {
    if (begin.readUInt32LE(header) !== 3) continue;
    const [offset, length] = [Number(begin.readBigUInt64LE(header + 8)), Number(begin.readBigUInt64LE(header + 32))];
    return offset + length <= begin.length ? begin.toString('latin1', offset, offset + length - 1) : undefined;
  }
  return undefined;
}

function shell(file: string): FoundProgram {
  if (existsSync('/bin/sh')) return { kind: 'found', file: '/bin/sh', interpreter: file };
  return { kind: 'unusable', code: 126, why: 'it is no program, and there is no /bin/sh to run it as a script' };
}

function beginOf(file: string): Buffer | undefined {
  const begin = Buffer.alloc(4096);
  try {
    const descriptor = openSync(file, 'r');
    try {
      readSync(descriptor, begin);
      return begin;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
