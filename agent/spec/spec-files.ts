import { isUtf8 } from 'node:buffer';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../core/agent-error.ts';
import type { Problem } from '../core/problem.ts';

/** Larger than any manifest: Kubernetes takes no object of more than 1.5 MB. */
const largestFile = 5_000_000;

/** How often a directory is read anew when the kubelet swaps it under the reading. */
const mostTries = 5;

export interface SpecFile {
  readonly path: string;
  readonly text: string;
}

export interface SpecFiles {
  /** Sorted within each directory; the given order otherwise. */
  readonly files: readonly SpecFile[];
  readonly problems: readonly Problem[];
}

/**
 * The manifests below the given paths. A directory's own .yaml, .yml and .json files; a file whatever its ending. Throws
 * SPEC_UNREADABLE naming every path that can't be read.
 */
export async function readSpecFiles(paths: readonly string[]): Promise<SpecFiles> {
  const problems: Problem[] = [];
  const files = new Map<string, SpecFile>();
  const unreadable: string[] = [];
  for (const path of paths) {
    try {
      for (const file of await readPath(path, (problem) => problems.push(problem))) files.set(file.path, file);
    } catch (error) {
      unreadable.push(whyUnreadable(error, path));
    }
  }
  if (unreadable.length > 0) throw new AgentError('SPEC_UNREADABLE', unreadable.join('; '));
  return { files: [...files.values()], problems };
}

function whyUnreadable(error: unknown, given: string): string {
  const { code, path = given } = error as NodeJS.ErrnoException; // Thrown by node:fs, which sets both; undefined is taken for granted.
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read by this user',
    ELOOP: 'is a symlink that leads to itself',
  };
  return `${path} ${reasons[code ?? ''] ?? `can't be read (${code ?? 'unknown error'})`}`;
}

type Report = (problem: Problem) => void;

async function readPath(path: string, report: Report): Promise<readonly SpecFile[]> {
  if (!(await stat(path)).isDirectory()) return readOne(path, report, 'file or pipe');
  for (let tries = 1; ; tries += 1) {
    const before = await generationOf(path);
    const problems: Problem[] = [];
    try {
      const files = await readDirectory(path, (problem) => problems.push(problem));
      if ((await generationOf(path)) === before || tries >= mostTries) {
        for (const problem of problems) report(problem);
        return files;
      }
    } catch (error) {
      if ((await generationOf(path)) === before || tries >= mostTries) throw error;
    }
  }
}

/** The kubelet swaps `..data` to show a new state of a volume as a whole; undefined elsewhere. */
async function generationOf(directory: string): Promise<string | undefined> {
  return readlink(join(directory, '..data')).catch(() => undefined);
}

/** Names that begin with `..` are the kubelet's own: what they hold is seen through the visible names. */
async function readDirectory(directory: string, report: Report): Promise<readonly SpecFile[]> {
  const files: SpecFile[] = [];
  for (const name of (await readdir(directory)).sort()) {
    if (name.startsWith('..')) continue;
    const path = join(directory, name);
    if (/\.(ya?ml|json)$/i.test(name)) files.push(...(await readOne(path, report, 'file')));
    else if ((await stat(path).catch(() => undefined))?.isDirectory())
      report({ severity: 'note', path, message: 'a directory inside a directory is not read; name it with --spec as well' });
  }
  return files;
}

/** A pipe only where the user names it (`--spec /dev/stdin`): opening one waits for its writer. */
async function readOne(path: string, report: Report, allowed: 'file' | 'file or pipe'): Promise<readonly SpecFile[]> {
  const stats = await stat(path);
  const isRight = stats.isFile() || (allowed === 'file or pipe' && stats.isFIFO());
  const text = isRight ? await textOf(path, stats.size) : { wrong: 'not an ordinary file' };
  if (typeof text === 'string') return [{ path, text }];
  report({ severity: 'error', place: { file: path, line: 1, column: 1 }, path: 'file', message: text.wrong });
  return [];
}

async function textOf(path: string, size: number): Promise<string | { readonly wrong: string }> {
  const tooLarge = { wrong: `larger than ${largestFile / 1e6} MB; no manifest is` };
  if (size > largestFile) return tooLarge;
  const bytes = await readFile(path);
  if (bytes.length > largestFile) return tooLarge;
  if (!isUtf8(bytes)) return { wrong: 'not UTF-8 text' };
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
