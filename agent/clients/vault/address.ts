import { AgentError } from '../../core/agent-error.ts';
import { VaultFailure, type VaultRequest } from './wire.ts';

/** The base of every request, without a slash at its end. Throws REQUEST_INVALID; the text itself is not quoted, it may hold a password. */
export function serverUrl(server: string): URL {
  const url = URL.parse(server);
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isHttp || url.username !== '' || url.password !== '')
    throw new AgentError('REQUEST_INVALID', 'The server of the Vault store is not a URL that can be used', {
      hint: 'Set server to a URL such as https://vault.example.com:8200, without user and password.',
    });
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

/**
 * Where a request goes: segments encoded one by one (vault.md R-4). Empty segments are dropped, as Vault's own client does, and a list ends
 * with a slash.
 */
export function requestUrl(base: URL, { path, query, method }: Pick<VaultRequest, 'path' | 'query' | 'method'>): URL {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) throw refused('is empty');
  if (segments.some((segment) => segment === '.' || segment === '..')) throw refused('has a segment . or ..');
  const url = new URL(base);
  const encoded = segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
  url.pathname = `${base.pathname.replace(/\/$/, '')}/v1/${encoded}${method === 'LIST' ? '/' : ''}`;
  const parameters = new URLSearchParams(
    Object.entries(query ?? {}).flatMap(([name, given]) => [given].flat().map((value): [string, string] => [name, value])),
  );
  if (method === 'LIST') parameters.set('list', 'true');
  url.search = parameters.toString();
  return url;
}

function refused(why: string): VaultFailure {
  return new VaultFailure(`the path ${why}`, { status: 0, reason: 'PATH_REFUSED', mayHaveArrived: false });
}

/** 303 would turn a write into a read. */
export function isRedirect(status: number): boolean {
  return [301, 302, 307, 308].includes(status);
}

/**
 * Where a redirect leads, if it may be followed with token and body (vault.md R-8); else why not, in words.
 *
 * The same host may send us anywhere on itself. Another host gets the token only from what a standby says: 307 with the very request we made,
 * at the address of the active node. Everything else that redirects to another host is not Vault (a login page, a parked domain), and would
 * be handed the token. Over https the other host must also show a certificate of the same CAs; https never becomes http.
 */
export function redirectTarget(from: URL, base: URL, status: number, location: string | undefined): URL | string {
  const to = location === undefined ? null : URL.parse(location, from.href);
  if (!to) return 'without saying where to';
  if (to.protocol !== 'https:' && to.protocol !== from.protocol) return `to ${to.protocol}//, which is no longer https`;
  if (to.username !== '' || to.password !== '') return 'to an address with a password';
  to.hash = '';
  if (to.host === from.host) return to;
  const asked = from.pathname.slice(base.pathname.replace(/\/$/, '').length);
  const isSameRequest = [asked, from.pathname].some((path) => samePath(path, to.pathname)) && to.search === from.search;
  return status === 307 && isSameRequest ? to : `to another host (${to.host}) for another request`;
}

/** Servers encode other characters than we do. */
function samePath(a: string, b: string): boolean {
  try {
    return decodeURIComponent(a) === decodeURIComponent(b);
  } catch {
    return false;
  }
}
