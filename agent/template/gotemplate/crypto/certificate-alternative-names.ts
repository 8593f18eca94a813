import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';
import { isAscii } from './certificate-names.ts';
import { isDomainName, uriText } from './certificate-uris.ts';
import * as der from './der-cursor.ts';

/** Subject alternative names as Go prints them. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

export const noAlternativeNames: AlternativeNames = { dns: [], ips: [], emails: [], uris: [] };

export function readAlternativeNames(from: der.Cursor): AlternativeNames {
  const names = { dns: [] as string[], ips: [] as string[], emails: [] as string[], uris: [] as string[] };
  const all = der.inside(from, der.tags.sequence, 'x509: invalid subject alternative names');
  while (!der.isAtEnd(all)) {
    const name = der.anyElement(all);
    if (!name) throw der.fault('x509: invalid subject alternative name');
    if (name.tag === 0x81) names.emails.push(ascii(name.content, 'rfc822Name'));
    if (name.tag === 0x82) names.dns.push(ascii(name.content, 'dNSName'));
    if (name.tag === 0x86) names.uris.push(checkedUri(ascii(name.content, 'uniformResourceIdentifier')));
    if (name.tag === 0x87) names.ips.push(ipText(name.content));
  }
  return names;
}

function ascii(content: Buffer, kind: string): string {
  const text = content.toString('latin1');
  if (!isAscii(text)) throw der.fault(`x509: SAN ${kind} is malformed`);
  return text;
}

function checkedUri(text: string): string {
  try {
    const { host, uri } = uriText(text);
    if (host === '' || isDomainName(host)) return uri;
  } catch (error) {
    throw error instanceof GoError ? new GoError(`x509: cannot parse URI ${quoteGo(text)}: ${error.message}`) : error;
  }
  throw new GoError(`x509: cannot parse URI ${quoteGo(text)}: invalid domain`);
}

function ipText(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  if (address.length !== 16) throw new GoError(`x509: cannot parse IP address of length ${address.length}`);
  const isVersion4 = address.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'));
  if (isVersion4) return address.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => address.readUInt16BE(at * 2).toString(16));
  const text = groups.join(':');
  // The first of the longest runs of zeros, of two at least, becomes the double colon.
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
