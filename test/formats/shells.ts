import { spawnSync } from 'node:child_process';
import type { Found } from '../recipes/programs.ts';
import type { Fields, WrittenFile } from './row.ts';

/** How a shell takes a file, each in a subshell, and shows its environment, variables ended by NUL and files by a variable of this name. */
interface ShellWords {
  readonly command: readonly [program: string, ...flags: string[]];
  /** Goes before all files. */
  readonly first?: string;
  readonly take: (path: string) => string;
}

const end = 'keytide_end_of_file=';

/** The environment that a shell gives to a program after it took the file: only names that were put in. Paths are those of a temporary directory. */
export function environmentAfter(words: ShellWords, files: readonly WrittenFile[], found: Found): readonly Fields[] {
  const script = [words.first ?? '', ...files.map(({ path }) => `${words.take(path)}\nprintf '${end}\\0'`)].join('\n');
  const [program, ...flags] = words.command;
  const { status, stdout, stderr, error } = spawnSync(program, [...flags, '-c', script], {
    ...{ env: { ...process.env, LC_ALL: 'C.UTF-8', ...found.env }, maxBuffer: 1 << 28, encoding: 'utf8' },
  });
  if (error || status !== 0 || stderr !== '') throw new Error(`${program}: ${error?.message ?? stderr}`);
  const shown = stdout.split(`${end}\0`);
  return files.map(({ fields }, at) => {
    const pairs = (shown[at] ?? '').split('\0').map((pair) => /^([^=]*)=(.*)$/s.exec(pair)?.slice(1) ?? []);
    return Object.fromEntries(pairs.flatMap(([name = '', value = '']) => (name in fields ? [[name, value]] : [])));
  });
}
