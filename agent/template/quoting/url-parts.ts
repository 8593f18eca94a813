import type { Refuse } from './quoting.ts';

/**
 * Percent-encoded for a part of a URL that counts only when it is there: a user name, a password, a database (RFC 3986). Clients take an
 * empty one for none, and a NUL for its end or for an error.
 */
export function urlPart(text: string, refuse: Refuse): string {
  if (text === '') return refuse('a URL can not hold an empty text here: clients take it for none');
  if (text.includes('\0')) return refuse('a URL can not hold a NUL here: clients refuse it, or end at it');
  if (!text.isWellFormed()) return refuse('a URL can not hold half a character (a lone surrogate)');
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A host for a URL: a name in ASCII or an address, an IPv6 one in brackets, and its port: its own as in `host:1234`, else this one, if any. */
export function urlHost(host: string, refuse: Refuse, port?: string): string {
  const all = /^(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f.:]+)\])(?::(\d{1,5}))?$/.exec(host);
  const address = all?.[2] ?? (/^[0-9A-Fa-f.:]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*$/.test(host) ? host : undefined);
  const name = address === undefined ? all?.[1] : `[${address}]`;
  if (name === undefined) return refuse('a URL can not hold this host: it is not a name in ASCII, an IPv4 or an IPv6 address');
  const used = all?.[3] ?? port;
  if (used === undefined) return name;
  if (!/^\d{1,5}$/.test(used) || Number(used) > 65_535)
    return refuse('a URL can not hold this port: it is not a number below 65536');
  return `${name}:${used}`;
}

/** A query for a URL as somebody wrote it, `a=1&b=2`: what can't stand there must be percent-encoded already (RFC 3986, section 3.4). */
export function urlQuery(text: string, refuse: Refuse): string {
  if (/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})+$/.test(text)) return text;
  return refuse('a query can not hold a character that is in this text: write it percent-encoded');
}
