import { createServer } from 'node:http';
import { connect } from 'node:net';
import { closed, listening } from './aws-double-http.ts';

export interface Proxy {
  readonly url: string;
  /** `host:port` of every CONNECT, in order. */
  readonly tunnels: readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * An HTTP proxy on 127.0.0.1 for CONNECT. Every tunnel goes to `port` on this machine, whatever host it names, so that a test can talk to names
 * of the real world; without a port every tunnel is refused.
 */
export async function startProxy({ port }: { readonly port?: number } = {}): Promise<Proxy> {
  const tunnels: string[] = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '');
    socket.on('error', () => {});
    if (port === undefined) return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  const own = await listening(server);
  return { url: `http://127.0.0.1:${own}`, tunnels, close: () => closed(server) };
}
