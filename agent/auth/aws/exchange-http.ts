import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import { request as sendTls, Agent as TlsAgent } from 'node:https';
import { caCertificates } from '../../clients/aws/ca-certificates.ts';
import type { Environment } from '../../clients/aws/endpoint.ts';
import { proxyOf } from '../../clients/proxy.ts';

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly connectMs: number;
  /** From the first byte sent to the last one received. */
  readonly wholeMs: number;
  /** `environment`: proxy and CA certificates as AWS_CA_BUNDLE, HTTPS_PROXY and NO_PROXY say. `direct`: addresses of the node itself. */
  readonly route: { readonly kind: 'environment'; readonly env: Environment } | { readonly kind: 'direct' };
}

export interface ExchangeAnswer {
  readonly status: number;
  /** At most 64 KiB. */
  readonly text: string;
}

/** Credentials have 2 KB. */
const longestAnswerBytes = 64 * 1024;

/**
 * One request on a connection of its own: it happens once an hour. Rejects with the network's error, or one whose `code` is ETIMEDOUT
 * or EMSGSIZE; none of them quotes the request.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const { url, method, body } = request;
  const headers = { ...request.headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) };
  const options: RequestOptions = { method, headers, agent: await agentFor(request) };
  const signal = AbortSignal.timeout(request.wholeMs);
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? sendTls : send)(url, { ...options, signal });
    sent.on('error', (error) => reject(signal.aborted ? failure('ETIMEDOUT', 'no whole answer in time') : error));
    sent.on('response', (answer) => wholeText(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject));
    limitConnecting(sent, request.connectMs);
    sent.end(body);
  });
}

async function agentFor({ url, route }: ExchangeRequest): Promise<Agent> {
  const proxyEnv = route.kind === 'environment' ? proxyOf(route.env) : undefined;
  const proxied = proxyEnv ? { proxyEnv } : {};
  if (url.protocol !== 'https:') return new Agent(proxied);
  const ca = route.kind === 'environment' ? await caCertificates(route.env) : undefined;
  return new TlsAgent({ ...proxied, ...(ca ? { ca: [...ca] } : {}) });
}

/** A new node's Pod Identity agent isn't there yet: its address swallows packets, and waiting for the whole time would be for nothing. */
function limitConnecting(sent: ClientRequest, connectMs: number): void {
  sent.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => sent.destroy(failure('ETIMEDOUT', 'no connection in time')), connectMs);
    for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
  });
}

async function wholeText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > longestAnswerBytes) throw failure('EMSGSIZE', 'the answer is too long'); // Leaving the loop ends the connection.
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
