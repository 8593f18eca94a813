import { spawnSync } from 'node:child_process';
import type { Found } from '../recipes/programs.ts';
import type { Fields, WrittenFile } from './row.ts';

/** How a shell takes one file, in a subshell, and shows its environment by `env -0`. */
interface ShellWords {
  readonly command: readonly [program: string, ...flags: string[]];
  readonly take: (path: string) => string;
}

/** Printed between the files. */
const end = 'keytide_end_of_file=';

/** For each file the environment that a shell gives to a program after it took the file; only names that went into it. */
export function environmentAfter(words: ShellWords, files: readonly WrittenFile[], found: Found): readonly Fields[] {
  const script = files.map(({ path }) => `${words.take(path)}\nprintf '${end}\\0'\n`).join('');
  const [program, ...flags] = words.command;
  const { status, stdout, stderr, error } = spawnSync(program, [...flags, '-c', script], {
    // Containers have no locale.
    ...{ env: { ...process.env, LC_ALL: 'C', ...found.env }, maxBuffer: 1 << 28, encoding: 'utf8' },
  });
  if (error || status !== 0 || stderr !== '') throw new Error(`${program}: ${error?.message ?? stderr}`);
  const shown = stdout.split(`${end}\0`);
  return files.map(({ fields }, at) => {
    const pairs = (shown[at] ?? '').split('\0').map((pair) => /^([^=]*)=(.*)$/s.exec(pair)?.slice(1) ?? []);
    return Object.fromEntries(pairs.flatMap(([name = '', value = '']) => (name in fields ? [[name, value]] : [])));
  });
}
