import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that answers who has the token of its caller, or 401. */
export interface TokenUpstream {
  readonly port: number;
  /** Token -> its name. Others are refused. */
  readonly tokens: Map<string, string>;
  readonly close: () => void;
}

export function tokenUpstream(): Promise<TokenUpstream> {
  const tokens = new Map<string, string>();
  const server = createServer(({ headers }, response) => {
    const name = tokens.get((headers.authorization ?? '').replace('Bearer ', ''));
    response.writeHead(name ? 200 : 401).end(name ?? 'no such token');
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, tokens, close })),
  );
}
