import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { selfSigned } from './aws-double-certificate.ts';
import { freePort } from './free-port.ts';
import { type Got, type Sent, sendTo } from './vault-send.ts';

/** A real Vault in a process of its own, over TLS. */
export interface VaultServer {
  /** Such as `https://127.0.0.1:34567`. */
  readonly url: string;
  /** PEM of what to trust. */
  readonly ca: string;
  readonly root: string;
  /** A request with the root token unless told otherwise. Never throws for an answer. */
  readonly send: (path: string, sent?: Sent) => Promise<Got>;
  /** A request that must succeed: its `data`, or `auth`, or `wrap_info`. */
  readonly set: (path: string, body?: unknown, sent?: Sent) => Promise<Got['json']>;
  readonly seal: () => Promise<void>;
  readonly unseal: () => Promise<void>;
  /** SIGKILL, and the end of the process. */
  readonly kill: () => Promise<void>;
  /** After `kill`, with what the storage holds: sealed. */
  readonly start: () => Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly close: () => Promise<void>;
}

export interface VaultServerOptions {
  /** `file`: outlives `kill`. `raft`: can step down. `memory` (Vault's -dev mode, with -dev-tls) unless given. */
  readonly storage?: 'memory' | 'file' | 'raft';
  /** Where it listens, and what its certificate is for; 127.0.0.1. Of `memory` only. */
  readonly address?: string;
  /** Of its process. */
  readonly env?: Readonly<Record<string, string>>;
}

const binary = process.env['KEYTIDE_VAULT'] ?? '';

/** Starts a server, initialised and unsealed, on a free port; with a KV v2 at `secret`. */
export async function startVault({
  storage = 'memory',
  address = '127.0.0.1',
  env = {},
}: VaultServerOptions = {}): Promise<VaultServer> {
  if (binary === '') throw new Error('KEYTIDE_VAULT does not name a Vault: npm run test:servers builds one');
  const home = mkdtempSync(join(tmpdir(), 'keytide-vault-'));
  const port = await freePort();
  const url = `https://${address}:${port}`;
  const args = storage === 'memory' ? devArgs(home, `${address}:${port}`) : configured(home, port, await freePort(), storage);
  let running = run(args, home, env);
  let keys = { root: 'root', unseal: '' };
  const ca = (): string => readFileSync(join(home, 'vault-ca.pem'), 'utf8');
  const send = async (path: string, sent: Sent = {}): Promise<Got> => sendTo(url, path, { token: keys.root, ...sent }, ca());
  const set: VaultServer['set'] = async (path, body, sent) => {
    const got = await send(path, { ...(body === undefined ? {} : { body }), ...sent });
    if (got.status >= 300) throw new Error(`the real Vault refused ${path}: ${got.status} ${got.text}`);
    return got.json?.data ?? got.json?.auth ?? got.json?.wrap_info;
  };
  const unseal = async (): Promise<void> => {
    await set('sys/unseal', { key: keys.unseal });
    await ready(send, running, [200]);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  const close = async (): Promise<void> => {
    await end('SIGKILL'); // Also one that is frozen; there is nothing to save.
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await ready(send, running, storage === 'memory' ? [200] : [200, 501]);
    if (storage === 'memory') keys = { ...keys, unseal: await unsealKeyOf(running) };
    else {
      const { json } = await send('sys/init', { body: { secret_shares: 1, secret_threshold: 1 }, token: '' });
      keys = { root: json.root_token, unseal: json.keys_base64[0] };
      await unseal();
      await set('sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ url, ca: ca(), root: keys.root, send, set, unseal },
    seal: async () => void (await set('sys/seal', {})),
    kill: () => end('SIGKILL'),
    start: async () => {
      running = run(args, home, env);
      await ready(send, running, [200, 503]);
    },
    freeze: () => void running.child.kill('SIGSTOP'),
    thaw: () => void running.child.kill('SIGCONT'),
    close,
  };
}

function devArgs(home: string, listen: string): readonly string[] {
  const dev = ['-dev', '-dev-root-token-id=root', '-dev-no-store-token', `-dev-listen-address=${listen}`];
  return ['server', ...dev, '-dev-tls', `-dev-tls-cert-dir=${home}`];
}

function configured(home: string, port: number, clusterPort: number, storage: 'file' | 'raft'): readonly string[] {
  const { key, cert } = selfSigned();
  mkdirSync(join(home, 'data'));
  writeFileSync(join(home, 'vault-ca.pem'), cert);
  writeFileSync(join(home, 'key.pem'), key, { mode: 0o600 });
  const text = `
disable_mlock = true
api_addr = "https://127.0.0.1:${port}"
cluster_addr = "https://127.0.0.1:${clusterPort}"
storage "${storage}" {
  path = "${join(home, 'data')}"
}
listener "tcp" {
  address = "127.0.0.1:${port}"
  cluster_address = "127.0.0.1:${clusterPort}"
  tls_cert_file = "${join(home, 'vault-ca.pem')}"
  tls_key_file = "${join(home, 'key.pem')}"
}
`;
  writeFileSync(join(home, 'vault.hcl'), text);
  return ['server', `-config=${join(home, 'vault.hcl')}`];
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** What it wrote. */
  readonly said: () => string;
}

/** With a home of its own: Vault's commands read `~/.vault-token`. */
function run(args: readonly string[], home: string, more: Readonly<Record<string, string>>): Running {
  const child = spawn(binary, args, {
    env: { PATH: process.env['PATH'], HOME: home, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (text: string): void => {
    said = (said + text).slice(-100_000);
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  // A test file that fails half-way leaves no server behind.
  const reap = (): void => void child.kill('SIGKILL');
  process.on('exit', reap);
  void ended.then(() => process.off('exit', reap));
  return { child, ended, said: () => said };
}

/** Vault's -dev mode prints it a moment after it serves. */
async function unsealKeyOf({ said }: Running): Promise<string> {
  for (const endAt = Date.now() + 10_000; Date.now() < endAt; await pause(20)) {
    const [, key] = /Unseal Key: (\S+)\n/.exec(said()) ?? [];
    if (key !== undefined) return key;
  }
  throw new Error('the real Vault prints no unseal key');
}

async function ready(send: VaultServer['send'], running: Running, statuses: readonly number[]): Promise<void> {
  for (const endAt = Date.now() + 60_000; Date.now() < endAt; await pause(50)) {
    const got = await send('sys/health', { token: '' }).catch(() => undefined);
    if (got && statuses.includes(got.status)) return;
    if (running.child.exitCode !== null) break;
  }
  throw new Error(`the real Vault did not come up:\n${running.said().slice(-4_000)}`);
}
