import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The repository's root, absolute. */
export const repository = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** Files below the repository that match, sorted; `dist` and `node_modules` are never among them. */
export function sourceFiles(...patterns: readonly string[]): readonly SourceFile[] {
  return globSync(patterns, { cwd: repository, exclude: ['node_modules', 'dist'] })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

/** Paths that git knows, or would take: what a commit can hold. Undefined where this is not a checkout (a tarball, say). */
export function committedPaths(): readonly string[] | undefined {
  if (!existsSync(join(repository, '.git'))) return undefined;
  const options = { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], options)
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repository, path)));
}

/** What a file imports of ours, as paths relative to the repository. Types count as well: they tie files together, too. */
export function relativeImports(file: SourceFile): readonly string[] {
  const statements = file.text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...statements].map(([, target = '']) => relative(repository, join(repository, dirname(file.path), target)));
}

/** The text without string contents and comments, line by line as before, for rules about what code does. */
export function codeOnly(text: string): string {
  return text
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '');
}
