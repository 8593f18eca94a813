import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../servers/free-port.ts';
import { serverName } from './pem-texts.ts';
import type { Fields, WrittenFile } from './row.ts';
import { readWithPython } from './tools.ts';

export interface Place {
  /** For the server's own files; goes afterwards. */
  readonly dir: string;
  readonly port: number;
}

export interface TlsServer {
  /** The program and its arguments. */
  readonly command: (place: Place) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a real server that has all these files sends for the name of each: the chain, and by its handshake the proof of the key. */
export async function servedBy(server: TlsServer, files: readonly WrittenFile[]): Promise<readonly Fields[]> {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-tls-'));
  const port = await freePort();
  const [program = '', ...args] = server.command({ dir, port });
  const log = join(dir, 'log');
  const output = openSync(log, 'w');
  const child = spawn(program, args, { cwd: dir, stdio: ['ignore', output, output], env: { ...process.env, ...server.env } });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  try {
    await listens(port, child, () => readFileSync(log, 'utf8').slice(-2_000));
    const asked = files.map(({ path, fields }) => ({ path, fields: { port: String(port), name: serverName(fields) } }));
    return readWithPython('served_chain', asked, { env: {} });
  } finally {
    child.kill('SIGKILL');
    await ended;
    closeSync(output);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function listens(port: number, child: { readonly exitCode: number | null }, said: () => string): Promise<void> {
  for (const started = Date.now(); Date.now() - started < 60_000; await pause(50)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
  }
  throw new Error(`it does not listen: ${said()}`);
}
