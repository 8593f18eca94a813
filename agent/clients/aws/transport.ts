import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { proxyOf } from '../proxy.ts';
import { caCertificates } from './ca-certificates.ts';
import type { Environment } from './endpoint.ts';

/** What one request may take. An answer of a batch of twenty secrets of 64 KiB, escaped, stays below the size. */
export interface TransportLimits {
  readonly connectMs: number;
  /** From the first byte sent to the last one received. */
  readonly requestMs: number;
  readonly answerBytes: number;
  readonly sockets: number;
}

export const defaultLimits: TransportLimits = { connectMs: 3_000, requestMs: 10_000, answerBytes: 16 * 1024 * 1024, sockets: 10 };

/** An answer that would not fit: whatever speaks there is not the store. */
class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** HTTP for AWS clients: kept-alive connections, CA and proxy by environment (Node's own proxy support), every answer bounded in size and time. */
export async function awsTransport(env: Environment, limits: TransportLimits = defaultLimits): Promise<BoundedHandler> {
  const ca = await caCertificates(env);
  const proxyEnv = proxyOf(env);
  const shared = { keepAlive: true, maxSockets: limits.sockets, ...(proxyEnv ? { proxyEnv } : {}) };
  // One context for all connections: each would parse the whole bundle otherwise.
  const httpsAgent = new TlsAgent({ ...shared, ...(ca ? { secureContext: createSecureContext({ ca: [...ca] }) } : {}) });
  return new BoundedHandler({ connectionTimeout: limits.connectMs, httpAgent: new Agent(shared), httpsAgent }, limits);
}

type Request = Parameters<NodeHttpHandler['handle']>[0];
type Options = NonNullable<Parameters<NodeHttpHandler['handle']>[1]>;

/** Reads each answer whole before the client sees it: the client itself bounds neither its size nor the time of its body. */
export class BoundedHandler extends NodeHttpHandler {
  readonly #limits: TransportLimits;

  constructor(options: ConstructorParameters<typeof NodeHttpHandler>[0], limits: TransportLimits) {
    super(options);
    this.#limits = limits;
  }

  override async handle(request: Request, options: Options = {}): ReturnType<NodeHttpHandler['handle']> {
    const deadline = AbortSignal.timeout(this.#limits.requestMs);
    const given = options.abortSignal;
    const abortSignal = given instanceof AbortSignal ? AbortSignal.any([given, deadline]) : deadline;
    try {
      const { response } = await super.handle(request, { ...options, abortSignal });
      response.body = await wholeBody(response.body, this.#limits.answerBytes);
      return { response };
    } catch (error) {
      throw deadline.aborted ? Object.assign(new Error('no whole answer in time'), { name: 'TimeoutError' }) : error;
    }
  }
}

async function wholeBody(body: NodeJS.ReadableStream, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    // Leaving the loop destroys the stream and its connection.
    if (size > limit) throw new AnswerTooLong(`more than ${limit} bytes`);
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
