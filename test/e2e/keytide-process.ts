import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeVolume } from '../../build/remove-volume.ts';
import { freePort } from '../servers/free-port.ts';

const repository = join(import.meta.dirname, '../..');

/** The CLI in its own process, from source unless KEYTIDE_BUNDLE names the bundle. */
export interface KeytideProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

export function keytide(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): KeytideProcess {
  const entry = process.env['KEYTIDE_BUNDLE'] ?? join(repository, 'agent/main.ts');
  const child = spawn(process.execPath, [...nodeFlags, entry, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | string>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'lost')));
  return { child, pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, ended };
}

/** A scratch place for one test: manifests, a volume on tmpfs where there is one, and flags that name them. */
export interface Place {
  readonly dir: string;
  readonly root: string;
  readonly specDir: string;
  readonly port: number;
  readonly url: (path: string) => string;
  readonly flags: readonly string[];
  readonly write: (name: string, text: string) => void;
  readonly read: (path: string) => string;
  /** Where --tokens points. */
  readonly writeToken: (token: string) => void;
  readonly remove: () => void;
}

export async function place(): Promise<Place> {
  const dir = mkdtempSync(join(memoryDirectory() ?? tmpdir(), 'keytide-e2e-'));
  const [root, specDir] = [join(dir, 'volume'), join(dir, 'spec')];
  for (const path of [root, specDir, join(dir, 'private')]) mkdirSync(path);
  const port = await freePort();
  const paths = [
    '--spec',
    specDir,
    '--root',
    root,
    '--private',
    join(dir, 'private'),
    '--annotations',
    join(dir, 'podinfo/annotations'),
  ];
  const mounts = [
    '--credentials',
    join(dir, 'credentials'),
    '--configmaps',
    join(dir, 'configmaps'),
    '--tokens',
    join(dir, 'tokens'),
  ];
  const disk = memoryDirectory() ? [] : ['--allow-disk'];
  return {
    ...{ dir, root, specDir, port, flags: [...paths, ...mounts, ...disk, '--namespace', 'shop'] },
    url: (path) => `http://127.0.0.1:${port}${path}`,
    write: (name, text) => writeAtomically(join(specDir, name), text),
    read: (path) => readFileSync(join(root, path), 'utf8'),
    writeToken(token) {
      mkdirSync(join(dir, 'tokens'), { recursive: true });
      writeFileSync(join(dir, 'tokens/aws'), token);
    },
    remove: () => removeVolume(dir),
  };
}

/** /dev/shm is a tmpfs that everyone may write on nearly every Linux. */
function memoryDirectory(): string | undefined {
  const tmpfs = 0x01021994;
  try {
    return statfsSync('/dev/shm').type === tmpfs ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}

export function writeAtomically(path: string, text: string): void {
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
}

/** Writes files as a kubelet volume does: `..data` is swapped, the visible names are links. */
export function writeKubeletVolume(dir: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(dir, { recursive: true });
  const revision = `..${Date.now()}_${Math.floor(Math.random() * 1e9)}`;
  mkdirSync(join(dir, revision));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, revision, name), text);
  const old = readdirSync(dir).includes('..data') ? readlinkSync(join(dir, '..data')) : undefined;
  symlinkSync(revision, join(dir, '..data_tmp'));
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  for (const name of Object.keys(files)) if (!readdirSync(dir).includes(name)) symlinkSync(`..data/${name}`, join(dir, name));
  if (old) rmSync(join(dir, old), { recursive: true });
}

/** Polls until `holds` is true; fails with `what` after 20 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const endAt = Date.now() + ms; Date.now() < endAt; await pause(20)) {
    if (await holds()) return;
  }
  throw new Error(`it did not come to pass that ${what}`);
}

export function ask(url: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    get(url, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', () => resolve({ status: 0, body: '' }));
  });
}
