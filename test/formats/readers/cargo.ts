import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fields, WrittenFile } from '../row.ts';

/** The token that cargo sends with each file to a registry of ours, which is named `my-team`. */
export async function readWithCargo(files: readonly WrittenFile[]): Promise<readonly Fields[]> {
  const home = mkdtempSync(join(tmpdir(), 'keytide-cargo-'));
  const found: Fields[] = [];
  let token = '';
  const server = createServer((request, response) => {
    const api = `http://${request.headers.host}`;
    if (request.url === '/index/config.json') return void response.end(JSON.stringify({ dl: api, api }));
    token = request.headers.authorization ?? '';
    response.end('{"users":[]}');
  });
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(home, 'config.toml'), `[registries.my-team]\nindex = "sparse+http://127.0.0.1:${port}/index/"\n`);
    for (const { path } of files) {
      copyFileSync(path, join(home, 'credentials.toml'));
      await listOwners(home);
      found.push({ token });
    }
    return found;
  } finally {
    server.close();
    rmSync(home, { recursive: true });
  }
}

/** A command that needs the token. A cargo of rustup's finds its toolchain below RUSTUP_HOME, not below ours. */
async function listOwners(home: string): Promise<void> {
  const env = { RUSTUP_HOME: join(homedir(), '.rustup'), ...process.env, CARGO_HOME: home, no_proxy: '127.0.0.1' };
  const cargo = spawn('cargo', ['owner', '--list', '--registry', 'my-team', 'crate'], { cwd: home, env, stdio: 'ignore' });
  const [status] = await once(cargo, 'exit');
  if (status !== 0) throw new Error(`cargo ended with ${status}`);
}
