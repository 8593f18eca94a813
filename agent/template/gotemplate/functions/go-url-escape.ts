import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';

/** The part of a URL that a text is; each has its own characters that may stand there as they are (net/url). */
export type UrlPart = 'path' | 'host' | 'zone' | 'user' | 'fragment';

const escapable: Readonly<Record<UrlPart, RegExp>> = {
  path: /[^A-Za-z0-9\-_.~$&+,/:;=@]/g,
  host: /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/g,
  zone: /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/g,
  user: /[^A-Za-z0-9\-_.~$&+,;=]/g,
  fragment: /[^A-Za-z0-9\-_.~$&+,/:;=?@!()*]/g,
};

export function escapeUrl(text: string, part: UrlPart): string {
  return text.replace(escapable[part], (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** Throws GoError on an escape that is none, and on what may not stand in a host, escaped or not. */
export function unescapeUrl(text: string, part: UrlPart): string {
  const isHost = part === 'host' || part === 'zone';
  return text.replace(/%([0-9a-fA-F]{2})?|[\0-\x7f]/g, (found: string, hex: string | undefined, at: number) => {
    if (!found.startsWith('%')) {
      if (isHost && isEscaped(found, part)) throw new GoError(`invalid character ${quoteGo(found)} in host name`);
      return found;
    }
    if (hex === undefined) throw new GoError(`invalid URL escape ${quoteGo(text.slice(at, at + 3))}`);
    const byte = String.fromCharCode(Number.parseInt(hex, 16));
    if (found !== '%25' && isHost && !mayBeEscaped(byte, part)) throw new GoError(`invalid URL escape ${quoteGo(found)}`);
    return byte;
  });
}

/** In a host only what is not ASCII; in a zone also what may stand there as it is, and a space. */
function mayBeEscaped(byte: string, part: UrlPart): boolean {
  return part === 'host' ? byte >= '\x80' : byte === ' ' || !isEscaped(byte, 'host');
}

function isEscaped(char: string, part: UrlPart): boolean {
  return escapeUrl(char, part) !== char;
}
