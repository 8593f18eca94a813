import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { extractPackage } from './debian-package.ts';
import { freePort } from './free-port.ts';

/** A cluster of its own on a free port of 127.0.0.1, without TLS; every login needs its password (SCRAM). */
export interface Postgres {
  readonly port: number;
  /** Of the superuser `postgres`. */
  readonly password: string;
  /** One statement as the superuser: its rows. */
  readonly ask: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Whether the server lets this user in now: a connection of its own each time. Rejects where it isn't a refusal that it says. */
  readonly accepts: (username: string, password: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/**
 * PostgreSQL as it is installed here, else Debian's, unpacked: the directory that holds `usr/lib/postgresql`. Undefined, with a notice,
 * where it can't be had.
 */
export function findPostgres(cache: string): string | undefined {
  if (versionsOf('/').length > 0) return '/';
  const got = extractPackage(cache, 'postgresql', 'usr/lib/postgresql');
  if (got.kind === 'extracted') return got.at;
  process.stderr.write(`test:servers: leases are not tested on a real database: ${got.why}\n`);
  return undefined;
}

/** `nobody` of Debian: PostgreSQL refuses to run as root. */
export const nobody = 65_534;

/** `at` is a directory that holds `usr/lib/postgresql`: `/`, or what `findPostgres` gave. */
export async function startPostgres(at: string): Promise<Postgres> {
  const home = mkdtempSync(join(tmpdir(), 'keytide-postgres-'));
  const who = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const { programs, env } = postgresPrograms(at, home);
  const [data, secret] = [join(home, 'data'), join(home, 'password')];
  const password = randomBytes(12).toString('hex');
  writeFileSync(secret, password, { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  chmodSync(home, 0o711);
  if (who.uid !== undefined) for (const path of [data, secret]) chownSync(path, who.uid, who.gid);
  const rules = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${secret}`, '--locale=C', '--encoding=UTF8'];
  execFileSync(join(programs, 'initdb'), ['--no-sync', ...rules, data], { ...who, env, cwd: data, stdio: 'pipe' });
  const port = await freePort();
  const running = run(join(programs, 'postgres'), data, port, { ...who, env });
  try {
    await ready(port, password, running);
  } catch (error) {
    await running.end();
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  const pool = new pg.Pool({ ...connection(port, 'postgres', password), max: 2 });
  pool.on('error', () => undefined); // An idle connection may be ended with the server.
  return {
    ...{ port, password, ask: async (statement) => (await pool.query(statement)).rows },
    accepts: (username, given) => accepts(port, username, given),
    close: async () => {
      await pool.end();
      await running.end();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Where initdb and postgres are, and the environment that they need; for root a copy below `home`, which nobody may enter. */
export function postgresPrograms(at: string, home: string): { readonly programs: string; readonly env: Record<string, string> } {
  return programsOf(at === '/' || process.getuid?.() !== 0 ? at : reachable(at, home));
}

/** Nobody may not enter root's cache, so what runs is copied; without the compiler of queries, which is the greater part of it. */
function reachable(at: string, home: string): string {
  const copy = join(home, 'programs');
  cpSync(at, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !/LLVM|llvm/.test(path) });
  chmodSync(copy, 0o755);
  return copy;
}

function programsOf(at: string): { readonly programs: string; readonly env: Record<string, string> } {
  const [newest] = versionsOf(at);
  if (newest === undefined) throw new Error(`no PostgreSQL below ${at}`);
  const folders = [join(at, 'usr/lib'), join(at, 'lib')].filter((path) => at !== '/' && existsSync(path));
  const libraries = folders.flatMap((path) => multiarch(path).map((name) => join(path, name)));
  const env = { PATH: process.env['PATH'] ?? '', TZ: 'GMT', LC_ALL: 'C' };
  return {
    programs: join(at, 'usr/lib/postgresql', newest, 'bin'),
    env: libraries.length === 0 ? env : { ...env, LD_LIBRARY_PATH: libraries.join(':') },
  };
}

/** Newest first. */
function versionsOf(at: string): readonly string[] {
  const versions = join(at, 'usr/lib/postgresql');
  const names = existsSync(versions) ? readdirSync(versions) : [];
  return names
    .filter((name) => existsSync(join(versions, name, 'bin/postgres')))
    .toSorted((one, other) => Number(other) - Number(one));
}

function multiarch(path: string): readonly string[] {
  return readdirSync(path).filter((name) => /-linux-gnu/.test(name));
}

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly end: () => Promise<void>;
}

function run(program: string, data: string, port: number, options: Parameters<typeof spawn>[2]): Running {
  const settings = {
    ...{ listen_addresses: '127.0.0.1', port, unix_socket_directories: '', ssl: 'off', max_connections: 60, jit: 'off' },
    ...{ fsync: 'off', dynamic_shared_memory_type: 'mmap', timezone: 'GMT', log_timezone: 'GMT' },
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(program, ['-D', data, ...flags], { ...options, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-100_000);
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  // Not SIGKILL: only the first process can end the others, and give back the shared memory.
  const end = (): void => void child.kill('SIGQUIT');
  process.on('exit', end);
  void ended.then(() => process.off('exit', end));
  return {
    ...{ child, said: () => said },
    end: () => {
      end();
      return ended;
    },
  };
}

function connection(port: number, user: string, password: string): pg.ClientConfig {
  return { host: '127.0.0.1', port, user, password, database: 'postgres', ssl: false, connectionTimeoutMillis: 20_000 };
}

/** invalid_password (no such role looks the same) and invalid_authorization_specification: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refusals = ['28P01', '28000'];

async function accepts(port: number, username: string, password: string): Promise<boolean> {
  const client = new pg.Client(connection(port, username, password));
  client.on('error', () => undefined); // The server ends connections of a user that is dropped.
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && refusals.includes(error.code ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ready(port: number, password: string, { child, said }: Running): Promise<void> {
  for (const endAt = Date.now() + 60_000; Date.now() < endAt && child.exitCode === null; await pause(50)) {
    if (await accepts(port, 'postgres', password).catch(() => false)) return;
  }
  throw new Error(`PostgreSQL did not come up:\n${said().slice(-4_000)}`);
}
