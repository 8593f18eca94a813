import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';

/** Characters that mean something in some format, between ordinary ones. */
const marks = [
  ...' \t\n\r\f\0\'"`\\/$%#!;:=,&|<>()[]{}*?~^@-+._aZ09',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u00e4',
  '\u20ac',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ufffe',
  '\u{1f600}',
  '$' + '{x}',
  '\\n',
  '\\u0041',
  '%0A',
  '---',
  'null',
];

/** Text as no reader likes it; always whole characters. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...marks), maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed()),
);

/** The same many texts each time a test asks, so that one start of a slow reader does for all. */
export function manyNasty(count: number, accept: (text: string) => boolean = () => true): readonly string[] {
  return fc.sample(nasty.filter(accept), { numRuns: count, seed: 7 });
}

/**
 * What a program of another language prints after reading these files, or undefined where it isn't installed. Throws when
 * it fails.
 */
export function reader(
  command: readonly string[],
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Buffer | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-reader-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o600 });
    const [program = '', ...args] = command;
    const { error, status, stdout, stderr } = spawnSync(program, args, {
      cwd: dir,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 26,
    });
    if (error) return undefined;
    if (status === 77) return undefined; // A part of it is missing.
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
