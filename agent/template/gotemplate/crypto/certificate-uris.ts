import { parseGoUrl } from '../functions/go-url.ts';
import { escapeUrl, unescapeUrl } from '../functions/go-url-escape.ts';

/** A URI as net/url parses it and prints it again: the scheme in small letters, and what is escaped stays so. */
export function uriText(text: string): { readonly host: string; readonly uri: string } {
  const url = parseGoUrl(text);
  const [before, fragment] = cut(text, '#');
  const [place, query] = cut(before, '?');
  const rest = place.slice(url.scheme === '' ? 0 : url.scheme.length + 1);
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const tail = `${before.includes('?') ? `?${query}` : ''}${fragment === '' ? '' : `#${kept(fragment, 'fragment')}`}`;
  if (url.opaque !== '') return { host: '', uri: `${scheme}${url.opaque}${tail}` };
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const slash = hasAuthority ? rest.indexOf('/', 2) : 0;
  const path = slash < 0 ? '' : kept(rest.slice(slash), 'path');
  const user = url.userinfo === undefined ? '' : `${url.userinfo}@`;
  const authority = `${user}${escapeUrl(url.host, 'host')}`;
  const slashes = hasAuthority && (authority !== '' || path !== '') ? '//' : '';
  return { host: url.host, uri: `${scheme}${slashes}${authority}${path}${tail}` };
}

/** As it was written, where that is a right way to write it. */
function kept(raw: string, part: 'path' | 'fragment'): string {
  const isRight = [...raw].every((char) => "!$&'()*+,;=:@[]%".includes(char) || escapeUrl(char, part) === char);
  return isRight ? raw : escapeUrl(unescapeUrl(raw, part), part);
}

function cut(text: string, at: string): readonly [before: string, after: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

/** What crypto/x509 takes for the name of a domain; where a constraint is meant, a dot may come first. */
export function isDomainName(name: string, use: 'name' | 'constraint' = 'name'): boolean {
  if (name === '') return true;
  const text = use === 'constraint' && name.startsWith('.') && name !== '.' ? name.slice(1) : name;
  return text.split('.').every((label) => /^[!-~]+$/.test(label));
}
