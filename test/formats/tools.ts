import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Found } from '../recipes/programs.ts';
import { oneAtATime } from '../servers/one-at-a-time.ts';
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
  if (error || status !== 0) throw new Error(`${basename(program)}: ${error?.message ?? ''} ${stderr}`);
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

/** These jars, `GROUP:NAME:VERSION` each, with what they need at run time; brought by Maven into a folder of this name below the cache, once. */
export function mavenJars(name: string, jars: readonly string[]): readonly string[] {
  const at = join(cache, 'formats', name);
  const known = join(at, 'pom.xml');
  const pom = pomOf(name, jars);
  const isThere = () => existsSync(known) && readFileSync(known, 'utf8') === pom;
  const bring = (): void => {
    if (isThere()) return;
    rmSync(at, { recursive: true, force: true });
    mkdirSync(at, { recursive: true });
    const draft = join(at, 'draft.xml');
    writeFileSync(draft, pom);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const flags = ['-q', '-B', '-f', draft, `-DoutputDirectory=${at}`, '-DincludeScope=runtime'];
    execFileSync('mvn', [...flags, goal], { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(draft, known);
  };
  if (!isThere()) oneAtATime(cache, bring);
  return readdirSync(at)
    .filter((file) => file.endsWith('.jar'))
    .map((file) => join(at, file));
}

function pomOf(name: string, jars: readonly string[]): string {
  const dependencies = jars.map((jar) => {
    const [group, artifact, version] = jar.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  const own = `<modelVersion>4.0.0</modelVersion><groupId>dev.keytide</groupId><artifactId>${name}</artifactId><version>1</version>`;
  return `<project>${own}<dependencies>${dependencies.join('')}</dependencies></project>\n`;
}

/**
 * The program of the folder `readers/NAME`, a Go module with its go.mod and go.sum; built once. `prepare` may put more into the
 * copy of it that is built.
 */
export function goReader(name: string, prepare: (dir: string) => void = () => {}): string {
  const at = join(cache, 'formats', name);
  const program = join(at, 'reader');
  mkdirSync(at, { recursive: true });
  for (const folder of ['go', name]) cpSync(join(readers, folder), at, { recursive: true });
  prepare(at);
  execFileSync('go', ['build', '-o', program, '.'], { cwd: at, stdio: ['ignore', 'ignore', 'pipe'] });
  return program;
}
