import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
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
    await serves(serverName(files[0]?.fields ?? {}), port, child, () => readFileSync(log, 'utf8').slice(0, 2_000));
    const asked = files.map(({ path, fields }) => ({ path, fields: { port: String(port), name: serverName(fields) } }));
    return readWithPython('served_chain', asked, { env: {} });
  } finally {
    child.kill('SIGKILL');
    await ended;
    closeSync(output);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Until it answers with the certificate of that name: some listen before they have read their files. */
async function serves(name: string, port: number, child: ChildProcess, said: () => string): Promise<void> {
  for (const started = Date.now(); Date.now() - started < 60_000; await pause(50)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${said()}`);
    if ((await servedName(name, port)) === name) return;
  }
  throw new Error(`it does not serve ${name}: ${said()}`);
}

function servedName(servername: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
    socket.once('error', () => resolve(undefined));
    socket.once('secureConnect', () => {
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      resolve(String(CN));
    });
  });
}
