import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentError } from '../core/agent-error.ts';
import type { Asked } from '../core/asked.ts';
import type { Log } from '../core/log.ts';
import type { Status } from '../core/status.ts';
import { type Ask, answer, type Reply } from './endpoints.ts';
import { type ListenAddress, parseListen } from './listen-address.ts';
import type { Meter } from './meter.ts';

/** What the probes ask. */
export interface Health {
  /** Every delivery has, or had, files since the process started. Never false again once it was true. */
  readonly hasDelivered: boolean;
  /** What the first delivery waits for, a line each: which one, why, what to do. */
  readonly waitingFor: readonly string[];
  /** When the loop last showed that it runs, in ms since the epoch. */
  readonly aliveAt: number;
}

export interface HealthOptions {
  /** `:8421`, `HOST:PORT`, `[IPv6]:PORT`. */
  readonly listen: string;
  readonly status: () => Status;
  readonly health: () => Health;
  readonly meter: Meter;
  readonly log: Log;
  /** Hides secret values in every body: a second line, as in the log. */
  readonly mask: (text: string) => string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Ends the server when it aborts. */
  readonly signal: AbortSignal;
  /** The operator wants it; false: there is no such thing. */
  readonly onRefresh: (asked: Asked) => boolean;
  /** The app wants it; false: there is no such thing. */
  readonly onHint: (asked: Asked) => boolean;
  /** Lets callers from elsewhere than this host refresh, as `Authorization: Bearer TOKEN`. */
  readonly token?: string;
}

export interface HealthServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Serves `/startup`, `/ready`, `/live`, `/metrics`, `/status`, `POST /refresh` and `POST /hint` (docs/contract.md, Endpoints). On all addresses
 * unless a host is given, since probes come from the kubelet; so nothing it says is secret, and only loopback may change anything.
 *
 * @throws AgentError USAGE when the address is in use or can't be listened on
 */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const { listen, log, signal } = options;
  const address = parseListen(listen);
  if (!address || address === 'off') throw new AgentError('USAGE', `${listen} is no address to listen on`);
  const server = serverOf(options, 'network');
  const port = await listening(server, address, listen);
  const close = await closedBy(signal, server);
  log.info({ listen, port }, 'health, metrics and status are served');
  return { port, close };
}

/**
 * The same on a socket in the private directory, for `keytide refresh` and others of the agent's own user: there whoever can connect may
 * change. Throws VOLUME_UNUSABLE.
 */
export async function serveControl(options: Omit<HealthOptions, 'listen' | 'token'>, path: string): Promise<void> {
  const server = serverOf({ ...options, listen: 'off' }, 'control');
  try {
    await rm(path, { force: true }); // That of an agent that was killed.
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    await chmod(path, 0o600);
  } catch (error) {
    throw new AgentError('VOLUME_UNUSABLE', `the control socket ${path} could not be made`, { cause: error });
  }
  await closedBy(options.signal, server);
}

function serverOf(options: HealthOptions, via: Ask['via']): Server {
  const server = createServer(limits, (request, response) => send(response, request, replyTo(request, options, via)));
  server.maxConnections = 64;
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

async function closedBy(signal: AbortSignal, server: Server): Promise<() => Promise<void>> {
  const close = (): Promise<void> => closed(server);
  signal.addEventListener('abort', () => void close(), { once: true });
  if (signal.aborted) await close();
  return close;
}

/** A probe is one small request; whoever takes longer, or sends more, is not one. */
const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
} as const;

function replyTo(request: IncomingMessage, options: HealthOptions, via: Ask['via']): Reply {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  try {
    return answer(
      {
        method: request.method ?? 'GET',
        ...{ path, query: query.join('?'), via },
        remoteAddress: request.socket.remoteAddress ?? '',
        authorization: request.headers.authorization ?? '',
        host: request.headers.host ?? '',
      },
      options,
    );
  } catch (error) {
    options.log.error({ error }, 'a request to the health server failed');
    return { status: 500, type: 'text/plain; charset=utf-8', body: 'failed; see the log\n' };
  }
}

function send(response: ServerResponse, request: IncomingMessage, { status, type, body, allow }: Reply): void {
  request.resume(); // No endpoint reads a body.
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(allow === undefined ? {} : { Allow: allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Without a host Node listens on `::` and takes IPv4 as well, or on 0.0.0.0 where the machine has no IPv6. */
function listening(server: Server, { host, port }: ListenAddress, listen: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another process listens there' : `${error.code ?? 'it failed'}`;
      const hint = 'Choose another address with --listen, or --listen off; containers of one pod share their ports.';
      reject(new AgentError('USAGE', `can't listen on ${listen}: ${why}`, { cause: error, hint }));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
