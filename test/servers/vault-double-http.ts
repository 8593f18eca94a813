import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { bodyOf } from './aws-double-http.ts';
import type { Outgoing } from './vault-double-faults.ts';
import {
  type Call,
  encode,
  encodeInOrder,
  type Json,
  type JsonObject,
  type Method,
  multiline,
  type Reply,
  VaultRefusal,
} from './vault-double-wire.ts';

/** Takes a request apart; throws VaultRefusal where it is none of Vault's. */
export async function callOf(request: IncomingMessage, namespaces: ReadonlySet<string>): Promise<Call> {
  const [rawPath = '', rawQuery = ''] = (request.url ?? '').split('?');
  const bodyText = await bodyOf(request);
  const query = Object.fromEntries(new URLSearchParams(rawQuery));
  const method = methodOf(request, query);
  const path = decoded(rawPath.slice('/v1/'.length));
  if (!rawPath.startsWith('/v1/')) throw new VaultRefusal(404, []);
  if (path.split('/').some((each) => each === '.' || each === '..'))
    throw new VaultRefusal(400, multiline('read failed: relative paths not supported'));
  const isFolder = path.endsWith('/');
  if (isFolder && (method === 'POST' || method === 'PUT')) throw new VaultRefusal(400, "cannot write to a path ending in '/'");
  const asked = trimmed(header(request, 'x-vault-namespace')).replace(/^root$/, '');
  const full = trimmed(`${asked}/${path}`);
  const namespace = [...namespaces].filter((each) => full.startsWith(`${each}/`)).sort((a, b) => b.length - a.length)[0] ?? '';

  if (asked !== '' && !isBelow(namespace, asked))
    throw new VaultRefusal(404, `no handler for route "${full}". route entry not found.`);
  if (method === 'PATCH' && header(request, 'content-type') !== 'application/merge-patch+json')
    throw new VaultRefusal(
      415,
      `PATCH requires Content-Type of application/merge-patch+json, provided ${header(request, 'content-type')}`,
    );
  return {
    method,
    path: trimmed(full.slice(namespace.length)),
    query,
    bodyText,
    isFolder,
    body: parsed(bodyText),
    namespace,
    token: header(request, 'x-vault-token') || header(request, 'authorization').replace(/^Bearer /, ''),
    certificate: certificateOf(request),
  };
}

/** Where the server sends a path with empty segments, before it looks at anything else; undefined for a clean one. */
export function cleanUrl(url: string): string | undefined {
  const [path = '', ...query] = url.split('?');
  return path.includes('//') ? [path.replaceAll(/\/+/g, '/'), ...query].join('?') : undefined;
}

export function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}

/** The answer as it goes out; `flavour` decides whether the type of the mount is told. */
export function envelope(
  reply: Extract<Reply, { kind: 'envelope' }>,
  flavour: 'vault' | 'openBao',
  wrapInfo: JsonObject | null = null,
): string {
  const isWrapped = wrapInfo !== null;
  const data: Json = isWrapped ? null : (reply.data ?? null);
  const again = reply.repeats && data !== null && typeof data === 'object' && !isWrapped ? Object.entries(data) : [];
  return encodeInOrder({
    request_id: randomUUID(),
    lease_id: isWrapped ? '' : (reply.lease?.id ?? ''),
    renewable: isWrapped ? false : (reply.lease?.renewable ?? false),
    lease_duration: isWrapped ? 0 : (reply.lease?.seconds ?? 0),
    data,
    wrap_info: wrapInfo,
    warnings: reply.warnings && reply.warnings.length > 0 ? reply.warnings : null,
    auth: isWrapped ? null : (reply.auth ?? null),
    ...(flavour === 'vault' ? { mount_type: reply.mountType ?? '' } : {}),
    ...Object.fromEntries(again),
  });
}

export function refused({ status, errors, headers }: VaultRefusal): Outgoing {
  return {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json', ...headers },
    body: `${encode({ errors })}\n`,
  };
}

export function ready(status: number, body: string): Outgoing {
  const headers: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json' };
  return { status, headers: { 'cache-control': 'no-store', ...headers }, body: body === '' ? '' : `${body}\n` };
}

/** A list is a GET with `list=true`: Node's parser knows no LIST, as many proxies don't. */
function methodOf(request: IncomingMessage, query: Readonly<Record<string, string>>): Method {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method === 'GET') return query['list'] === 'true' ? 'LIST' : 'GET';
  const known = (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find((each) => each === method);
  if (!known) throw new VaultRefusal(405, []);
  return known;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new VaultRefusal(400, `invalid URL escape in "${path}"`);
  }
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function isBelow(namespace: string, asked: string): boolean {
  return namespace === asked || namespace.startsWith(`${asked}/`);
}

function parsed(bodyText: string): Readonly<Record<string, unknown>> {
  if (bodyText.trim() === '') return {};
  const failed = 'error parsing JSON: failed to parse JSON input:';
  try {
    const body: unknown = JSON.parse(bodyText);
    if (!Array.isArray(body)) return Object(body);
  } catch {
    if (/^\s*[{[]/.test(bodyText)) throw new VaultRefusal(500, 'malformed JSON, unclosed containers');
    throw new VaultRefusal(400, `${failed} invalid character '${bodyText.trim()[0]}' looking for beginning of value`);
  }
  throw new VaultRefusal(400, `${failed} json: cannot unmarshal array into Go value of type map[string]interface {}`);
}

function certificateOf({ socket }: IncomingMessage): Buffer | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
}
