import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Grafana, as far as passwords go: one that is set at its first start, and changed only through its API. */
export interface GrafanaDouble {
  readonly port: number;
  readonly password: () => string;
  readonly close: () => void;
}

/** https://grafana.com/docs/grafana/latest/developers/http_api/admin/#password-for-user */
export function grafanaDouble(first: string, operator: string): Promise<GrafanaDouble> {
  let password = first;
  const isUser = ({ headers }: IncomingMessage, name: string, of: string): boolean =>
    headers.authorization === `Basic ${Buffer.from(`${name}:${of}`).toString('base64')}`;
  const answer = async (request: IncomingMessage): Promise<readonly [number, string]> => {
    if (request.url === '/api/health') return [200, 'ok'];
    if (request.url === '/api/user')
      return isUser(request, 'admin', password) ? [200, 'admin'] : [401, 'Invalid username or password'];
    if (request.method !== 'PUT' || request.url !== '/api/admin/users/1/password') return [404, 'Not found'];
    if (!isUser(request, 'keytide', operator)) return [401, 'Invalid username or password'];
    const { password: wanted }: { readonly password: string } = JSON.parse(await text(request));
    if (wanted.length < 4) return [400, 'New password too short'];
    password = wanted;
    return [200, 'User password updated'];
  };
  const server = createServer(async (request, response) => {
    const [status, message] = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ port: (server.address() as AddressInfo).port, password: () => password, close }),
    ),
  );
}
