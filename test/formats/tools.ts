import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Found } from '../recipes/programs.ts';
import type { Fields, WrittenFile } from './row.ts';

const readers = join(import.meta.dirname, 'readers');
const cache = process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers');

/**
 * Starts a program once for all files. It gets them on stdin, a line of JSON each, `{"path", "fields"}`, and prints for each what it finds
 * as one line of JSON: a map of texts. Throws what it says when it fails.
 */
export function readWith(command: readonly string[], files: readonly WrittenFile[], found: Found): readonly Fields[] {
  const [program = '', ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...{ env: { ...process.env, ...found.env }, input: files.map((file) => `${JSON.stringify(file)}\n`).join('') },
    ...{ encoding: 'utf8', maxBuffer: 1 << 28 },
  });
  if (error || status !== 0) throw new Error(`${basename(program)}: ${error?.message ?? stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line): Fields => JSON.parse(line));
}

/** `readers/NAME.py`, by this Python: `python3`, or that of a virtual environment. */
export function readWithPython(
  name: string,
  files: readonly WrittenFile[],
  found: Found,
  args: readonly string[] = [],
): readonly Fields[] {
  return readWith(['python3', '-X', 'utf8', join(readers, `${name}.py`), ...args], files, found);
}

/** `readers/NAME.java`, with these jars. */
export function readWithJava(
  name: string,
  files: readonly WrittenFile[],
  found: Found,
  jars: readonly string[] = [],
): readonly Fields[] {
  const flags = ['-Dfile.encoding=UTF-8', '-XX:TieredStopAtLevel=1', ...(jars.length > 0 ? ['-cp', jars.join(':')] : [])];
  return readWith(['java', ...flags, join(readers, `${name}.java`)], files, found);
}

/** A jar of Maven's registry, `GROUP:NAME:VERSION`: its path below the cache. */
export async function mavenJar(name: string): Promise<string> {
  const [group = '', artifact = '', version = ''] = name.split(':');
  const file = `${artifact}-${version}.jar`;
  const path = join(cache, 'formats', file);
  if (existsSync(path)) return path;
  const base = process.env['MAVEN_REGISTRY'] ?? 'https://repo1.maven.org/maven2';
  const answer = await fetch(`${base}/${group.replaceAll('.', '/')}/${artifact}/${version}/${file}`);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  mkdirSync(join(cache, 'formats'), { recursive: true });
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  return path;
}

/**
 * The program of the folder `readers/NAME`, a Go module with its go.mod and go.sum; built once. `prepare` may put more into the
 * copy of it that is built.
 */
export function goReader(name: string, prepare: (dir: string) => void = () => {}): string {
  const at = join(cache, 'formats', name);
  const program = join(at, 'reader');
  const source = join(readers, name);
  mkdirSync(at, { recursive: true });
  cpSync(source, at, { recursive: true });
  prepare(at);
  execFileSync('go', ['build', '-o', program, '.'], { cwd: at, stdio: ['ignore', 'ignore', 'pipe'] });
  return program;
}
