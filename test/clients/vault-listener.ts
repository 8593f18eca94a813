import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type VaultClientOptions, vaultClient } from '../../agent/clients/vault/client.ts';
import { type VaultAnswer, type VaultClient, VaultFailure, type VaultRequest } from '../../agent/clients/vault/wire.ts';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string as it is; everything else as JSON. */
  readonly body?: unknown;
}

/** What answers one request: a reply, or a deed on the response itself. */
export type Script = (
  seen: Seen,
  response: ServerResponse,
  request: IncomingMessage,
) => Reply | undefined | Promise<Reply | undefined>;

export interface Listener {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** How many connections were accepted. */
  readonly connections: () => number;
  readonly dropConnections: () => void;
}

/** A server on 127.0.0.1 that says what the test tells it to, for what no Vault of ours can be brought to say. */
export async function listen(t: TestContext, script: Script, tls?: ServerOptions): Promise<Listener> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const handle: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one: Seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    seen.push(one);
    const reply = await script(one, response, request);
    if (reply) answer(response, reply);
  };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
  server.on('connection', (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    dropConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const host = `127.0.0.1:${port}`;
  return { url: `${tls ? 'https' : 'http'}://${host}`, host, port, seen, connections: () => accepted, dropConnections };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** Answers every request in the same way. */
export function always(reply: Reply): Script {
  return () => reply;
}

/** The replies in order, the last one for ever. */
export function inTurn(...replies: readonly Reply[]): Script {
  let next = 0;
  return () => replies[Math.min(next++, replies.length - 1)];
}

export function clientOf(t: TestContext, server: string, options: Partial<VaultClientOptions> = {}): VaultClient {
  const client = vaultClient({ server, ...options });
  t.after(client.close);
  return client;
}

export function read(path: string, more: Partial<VaultRequest> = {}): VaultRequest {
  return { operation: 'read secret', subject: path, method: 'GET', path, ...more };
}

export const { signal: never } = new AbortController();

/** The failure of a request that must not go well. */
export async function failureOf(answer: Promise<VaultAnswer>): Promise<VaultFailure> {
  const failure: unknown = await answer.then(
    () => new Error('an answer was taken'),
    (thrown: unknown) => thrown,
  );
  if (failure instanceof VaultFailure) return failure;
  throw failure;
}
