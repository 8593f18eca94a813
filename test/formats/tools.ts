import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** `readers/NAME.py` with these arguments, by this Python: `python3`, or that of a virtual environment. */
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

/** The jars that `readers/NAME/pom.xml` names, with what they need; brought below the cache by Maven, once. */
export function mavenJars(name: string): readonly string[] {
  const at = join(cache, 'formats', name);
  const pom = readFileSync(join(readers, name, 'pom.xml'));
  const known = join(at, 'pom.xml');
  if (!existsSync(known) || !readFileSync(known).equals(pom)) {
    rmSync(at, { recursive: true, force: true });
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const flags = ['-q', '-B', '-f', join(readers, name, 'pom.xml'), `-DoutputDirectory=${at}`, '-DincludeScope=runtime'];
    execFileSync('mvn', [...flags, goal], { stdio: ['ignore', 'ignore', 'pipe'] });
    writeFileSync(known, pom);
  }
  return readdirSync(at)
    .filter((file) => file.endsWith('.jar'))
    .map((file) => join(at, file));
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
