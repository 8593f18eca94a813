/**
 * `npm run test:servers`: the AWS providers and logins against emulators, and those of Vault against a real one, over the real HTTP stack.
 * Installs the emulators into virtual environments of Python and builds Vault below KEYTIDE_SERVERS (~/.cache/keytide-servers unless given),
 * starts the emulators on free ports of 127.0.0.1, runs the tests of test/servers/emulators/, and ends them; then those of Vault, each of
 * which starts a Vault of its own; slapd and PostgreSQL come from Debian's packages. The pages of docs/recipes/ run with their real programs,
 * and the readers of each format read what templates/ makes. Needs Python 3 with venv; without Go, Vault and the readers that are
 * written in Go are left out.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { findPostgres } from './postgres.ts';
import { extractSlapd } from './slapd.ts';

const cache = process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers');
const packages = {
  moto: ['moto==5.2.5', 'flask', 'flask-cors'],
  ministack: ['ministack==1.5.33'],
  microburst: ['microburst==0.10.0'],
} as const;
type Emulator = keyof typeof packages;

if (spawnSync('python3', ['--version']).status !== 0) {
  process.stderr.write('test:servers needs Python 3 (python3 with venv) for the AWS emulators\n');
  process.exit(1);
}
for (const name of Object.keys(packages) as Emulator[]) install(name);

const children: ChildProcess[] = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
const [motoPort, ministackPort, microburstPort] = [await freePort(), await freePort(), await freePort()];
const urls = {
  moto: `http://127.0.0.1:${motoPort}`,
  ministack: `http://127.0.0.1:${ministackPort}`,
  microburst: `http://127.0.0.1:${microburstPort}`,
};
start('moto', 'moto_server', ['-H', '127.0.0.1', '-p', String(motoPort)]);
start('ministack', 'ministack', [], {
  MINISTACK_ACCOUNT_ID: '123456789012',
  BIND_HOST: '127.0.0.1',
  GATEWAY_PORT: String(ministackPort),
  AUTH: 'true',
});
start('microburst', 'microburst', ['--host', '127.0.0.1', '--port', String(microburstPort), '--upstream', urls.moto]);
await Promise.all([
  ready(`${urls.moto}/moto-api/`),
  ready(`${urls.ministack}/_ministack/health`),
  ready(`${urls.microburst}/moto-api/`),
]);

const directory = join(import.meta.dirname, 'emulators');
const tests = readdirSync(directory).filter((name) => name.endsWith('.test.ts'));
const env = { ...process.env, MOTO_URL: urls.moto, MINISTACK_URL: urls.ministack, MICROBURST_URL: urls.microburst };
const files = tests.map((name) => join(directory, name));
const vault = buildVault();
const statuses = [run(files, 1, env), runRecipes(), runFormats(), ...(vault ? [runVault(vault)] : [])];
const failed = statuses.find((status) => status !== 0);
process.exit(failed ?? 0);

function run(paths: readonly string[], concurrency: number, environment: NodeJS.ProcessEnv): number {
  const flags = ['--test', `--test-concurrency=${concurrency}`];
  return spawnSync(process.execPath, [...flags, ...paths], { env: environment, stdio: 'inherit' }).status ?? 1;
}

/** The pages of docs/recipes/ with real programs. One after the other: the first to need a program gets it. */
function runRecipes(): number {
  const directory = join(import.meta.dirname, '../recipes');
  const names = readdirSync(directory).filter((name) => name.endsWith('.test.ts'));
  const paths = names.map((name) => join(directory, name));
  return run(paths, 1, { ...process.env, KEYTIDE_SERVERS: cache });
}

/** What templates/ makes, before its readers: most of them wait for a program now and then, so two may run at once. */
function runFormats(): number {
  const names = readdirSync(import.meta.dirname).filter((name) => /^formats-.*\.test\.ts$/.test(name));
  const paths = names.map((name) => join(import.meta.dirname, name));
  return run(paths, 2, { ...process.env, KEYTIDE_SERVERS: cache });
}

/** Each of these files has servers of its own, so two may run at once. */
function runVault(binary: string): number {
  const names = readdirSync(import.meta.dirname).filter((name) => /^vault-.*\.test\.ts$/.test(name));
  const paths = names.map((name) => join(import.meta.dirname, name));
  const [slapd, postgres] = [extractSlapd(cache), findPostgres(cache)];
  const found = { ...(slapd ? { KEYTIDE_SLAPD: slapd } : {}), ...(postgres ? { KEYTIDE_POSTGRES: postgres } : {}) };
  return run(paths, 2, { ...process.env, KEYTIDE_VAULT: binary, ...found });
}

/** Its path; undefined without Go. Takes minutes on a new machine. */
function buildVault(): string | undefined {
  if (spawnSync('go', ['version']).status !== 0) {
    process.stderr.write('test:servers: no Go here, so nothing is tested against a real Vault\n');
    return undefined;
  }
  const env = { ...process.env, KEYTIDE_SERVERS: cache };
  const script = join(import.meta.dirname, 'vault/build.sh');
  return execFileSync(script, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

function install(name: Emulator): void {
  const at = join(cache, name);
  if (existsSync(join(at, 'installed')) || isComplete(at, name)) return;
  process.stdout.write(`installing ${packages[name].join(' ')}\n`);
  mkdirSync(cache, { recursive: true });
  execFileSync('python3', ['-m', 'venv', '--clear', at], { stdio: 'inherit' });
  execFileSync(join(at, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages[name]], {
    stdio: 'inherit',
  });
}

/** An installation that was cut off is made anew. */
function isComplete(at: string, name: Emulator): boolean {
  const python = join(at, 'bin/python');
  const wanted = packages[name][0].split('==');
  const script = `from importlib.metadata import version; import sys; sys.exit(version(${JSON.stringify(wanted[0])}) != ${JSON.stringify(wanted[1])})`;
  return existsSync(python) && spawnSync(python, ['-c', script]).status === 0;
}

function start(name: Emulator, program: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}): void {
  const child = spawn(join(cache, name, 'bin', program), args, { env: { ...process.env, ...extra }, stdio: 'ignore' });
  child.on('exit', (code) => process.exitCode === undefined && process.stderr.write(`${name} ended with ${code}\n`));
  children.push(child);
}

async function ready(url: string): Promise<void> {
  for (const endAt = Date.now() + 60_000; Date.now() < endAt; await pause(200)) {
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
  }
  throw new Error(`${url} does not answer`);
}
