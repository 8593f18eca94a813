import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers the calls of build/code-cache.ts as Vault would, so that the code for answers is compiled as well. Checks nothing. */
export interface VaultStandIn {
  readonly url: string;
  readonly close: () => void;
}

export async function vaultStandIn(): Promise<VaultStandIn> {
  const server = createServer((request, response) => {
    const body = JSON.stringify(answerTo(request.url ?? ''));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A server that listens on TCP has such an address.
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function answerTo(path: string): object {
  const about = { request_id: '00000000-0000-4000-8000-000000000000', lease_id: '', renewable: false, lease_duration: 0 };
  if (path.endsWith('/login')) return { ...about, data: null, auth: login };
  const data = { username: 'app', password: 'none' };
  return { ...about, data: { data, metadata: { ...version, created_time: '2026-01-01T00:00:00Z' } }, auth: null };
}

const version = { version: 1, destroyed: false, deletion_time: '', custom_metadata: null };

const login = {
  client_token: 'hvs.none',
  accessor: 'none',
  ...{ policies: ['default', 'app'], token_policies: ['default', 'app'], metadata: { role: 'app' } },
  ...{ lease_duration: 3600, renewable: true, entity_id: '', token_type: 'service', orphan: true, num_uses: 0 },
};
