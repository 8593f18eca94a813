import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';
import { escapeUrl, unescapeUrl } from './go-url-escape.ts';
import { parseHost } from './go-url-host.ts';

/** The parts of a URL, as Go's net/url has them. */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  /** As it stands in a URL; undefined when there is none, which is not the same as an empty one. */
  readonly userinfo: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const nothing: GoUrl = { scheme: '', opaque: '', userinfo: undefined, host: '', path: '', query: '', fragment: '' };

/** Go's `url.Parse` (gotemplate.md 12.10); throws GoError. Not the URL of browsers, which mends what Go refuses. */
export function parseGoUrl(text: string): GoUrl {
  const [before, fragment] = cut(text, '#');
  const url = orRefused(before, () => parseWithoutFragment(before));
  return fragment === '' ? url : { ...url, fragment: orRefused(text, () => unescapeUrl(fragment, 'fragment')) };
}

function orRefused<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof GoError ? new GoError(`parse ${quoteGo(text)}: ${error.message}`) : error;
  }
}

function cut(text: string, at: string): readonly [before: string, after: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function parseWithoutFragment(text: string): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
  if (/[\0-\x1f\x7f]/.test(text)) throw new GoError('net/url: invalid control character in URL', 'fixed');
  if (text === '*') return { ...nothing, path: '*' };
  if (text.startsWith(':')) throw new GoError('missing protocol scheme', 'fixed');
  const given = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const scheme = given.toLowerCase();
  const [rest, query] = cut(given === '' ? text : text.slice(given.length + 1), '?');
  const parts = { ...nothing, scheme, query };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: rest };
    if (cut(rest, '/')[0].includes(':')) throw new GoError('first path segment in URL cannot contain colon', 'fixed');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return { ...parts, path: unescapeUrl(rest, 'path') };
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  return { ...parts, ...parseAuthority(scheme, authority), path: slash < 0 ? '' : unescapeUrl(rest.slice(slash), 'path') };
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'userinfo' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { userinfo: undefined, host };
  const userinfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new GoError('net/url: invalid userinfo', 'fixed');
  const [name, password] = cut(userinfo, ':');
  const user = asUser(name);
  return { userinfo: userinfo.includes(':') ? `${user}:${asUser(password)}` : user, host };
}

/** Escaped only where it must be. */
function asUser(text: string): string {
  return escapeUrl(unescapeUrl(text, 'user'), 'user');
}

/** Go's `URL.String` for a URL put together from its parts. */
export function goUrlText(url: GoUrl): string {
  const query = url.query === '' ? '' : `?${url.query}`;
  const fragment = url.fragment === '' ? '' : `#${escapeUrl(url.fragment, 'fragment')}`;
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  return `${scheme}${url.opaque === '' ? placeText(url) : url.opaque}${query}${fragment}`;
}

function placeText({ scheme, userinfo, host, path }: GoUrl): string {
  const hasAuthority = host !== '' || userinfo !== undefined;
  const slashes = hasAuthority || (scheme !== '' && path !== '') ? '//' : '';
  const user = userinfo === undefined ? '' : `${userinfo}@`;
  const escaped = path === '*' ? path : escapeUrl(path, 'path');
  const before = `${slashes}${user}${escapeUrl(host, 'host')}`;
  if (path !== '' && !path.startsWith('/') && host !== '') return `${before}/${escaped}`;
  // Without these dots it would read as a scheme.
  if (scheme === '' && before === '' && cut(escaped, '/')[0].includes(':')) return `./${escaped}`;
  return `${before}${escaped}`;
}
