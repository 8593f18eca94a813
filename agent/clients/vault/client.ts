import type { SecretValue } from '../../core/secret-value.ts';
import { isRedirect, redirectTarget, requestUrl, serverUrl } from './address.ts';
import { answerOf } from './answer.ts';
import { type Connections, type Exchange, exchange, noAnswer, openConnections, type RawAnswer } from './connection.ts';
import { type IndexKeeper, keepIndex } from './consistency.ts';
import { jsonBody, textsToMask, tokenText } from './revealed.ts';
import type { VaultClient, VaultRequest } from './wire.ts';

export interface VaultClientOptions {
  /** `https://vault.example.com:8200`, with or without a path in front of `/v1`. */
  readonly server: string;
  /** Sent as they are with every request. What Vault itself defines wins. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of requests that name none. */
  readonly namespace?: string;
  /** Certificates in PEM that are trusted instead of Node's list. */
  readonly ca?: readonly string[];
  readonly clientCertificate?: { readonly cert: string; readonly key: SecretValue };
  /** Sends the last `X-Vault-Index` that a server gave. Either of the two switches that on (eso.md 2.7). */
  readonly readYourWrites?: boolean;
  /** With `readYourWrites`: a standby that is behind hands requests on to the active node. */
  readonly forwardInconsistent?: boolean;
  /** From the first byte sent to the last one received, a redirect included. */
  readonly timeoutMs?: number;
  /** Variables of the environment that name a proxy (`proxyOf`). */
  readonly proxy?: Readonly<Record<string, string>>;
}

/** As Vault's own client (vault.md R-9). */
const defaultTimeoutMs = 60_000;
const connectMs = 10_000;

/** Vault takes no more. */
const longestBodyBytes = 32 * 1024 * 1024;
const longestAnswerBytes = 16 * 1024 * 1024;

/** A client of one Vault or OpenBao server (vault.md 1-3). Throws an AgentError for options that can't be used. */
export function vaultClient(options: VaultClientOptions): VaultClient {
  const world: World = {
    options,
    base: serverUrl(options.server),
    connections: openConnections(options),
    index: keepIndex(options),
  };
  return {
    request: async (request, signal) => answerOf(await sendOnce(request, world, signal), () => textsToMask(request)),
    close: async () => {
      world.connections.http.destroy();
      world.connections.https.destroy();
    },
  };
}

interface World {
  readonly options: VaultClientOptions;
  readonly base: URL;
  readonly connections: Connections;
  readonly index: IndexKeeper;
}

async function sendOnce(request: VaultRequest, world: World, signal: AbortSignal): Promise<RawAnswer> {
  const { base, connections, options } = world;
  if (signal.aborted) throw noAnswer('was given up: its time is over', 'GIVEN_UP', false);
  const first = exchangeOf(request, world);
  const noteIndex = world.index.start();
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const limits = { connectMs: Math.min(connectMs, timeoutMs), answerBytes: longestAnswerBytes };
  const ends = { deadline: AbortSignal.timeout(timeoutMs), signal };
  let raw = await exchange(first, connections, limits, ends);
  if (isRedirect(raw.status)) {
    const target = redirectTarget(first.url, base, raw.status, raw.headers['location']);
    if (typeof target === 'string') throw noAnswer(`it redirects ${target}`, 'REDIRECT_REFUSED', true);
    raw = await exchange({ ...first, url: target }, connections, limits, ends);
    if (isRedirect(raw.status)) throw noAnswer('it redirects twice', 'REDIRECT_REFUSED', true);
  }
  noteIndex(raw.headers);
  return raw;
}

function exchangeOf(request: VaultRequest, { base, options, index }: World): Exchange {
  const url = requestUrl(base, request);
  const body = request.body === undefined ? undefined : jsonBody(request.body);
  const size = body === undefined ? 0 : Buffer.byteLength(body);
  if (size > longestBodyBytes) throw noAnswer(`the request has more than ${longestBodyBytes} bytes`, 'BODY_TOO_LONG', false);
  const type = request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    url,
    method: request.method === 'LIST' ? 'GET' : request.method,
    headers: {
      'user-agent': 'keytide',
      ...inLowerCase(options.headers ?? {}),
      ...vaultHeaders(request, options.namespace),
      ...index.headers(request),
      ...(body === undefined ? {} : { 'content-type': type }),
      ...(request.method === 'GET' || request.method === 'LIST' ? {} : { 'content-length': String(size) }),
    },
    ...(body === undefined ? {} : { body }),
  };
}

function vaultHeaders({ token, namespace, wrapTtl }: VaultRequest, usual: string | undefined): Record<string, string> {
  const text = token && tokenText(token);
  if (token && text === undefined)
    throw noAnswer('its token is empty, or holds characters that can not be printed', 'TOKEN_UNPRINTABLE', false);
  const asked = namespace ?? usual ?? '';
  return {
    'x-vault-request': 'true',
    ...(text === undefined ? {} : { 'x-vault-token': text }),
    ...(/^\/*(root)?\/*$/.test(asked) ? {} : { 'x-vault-namespace': asked }),
    ...(wrapTtl === undefined ? {} : { 'x-vault-wrap-ttl': wrapTtl }),
  };
}

/** So that a header of ours replaces one of theirs: names are the same in any case. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
