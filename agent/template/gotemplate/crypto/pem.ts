import { decodeBase64 } from './base64.ts';

export interface PemBlock {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

/**
 * Go's pem.Decode: the next whole block of a Go string, and what follows it. A block that is broken is passed over, and so is text
 * around blocks. Lines end with LF or CR LF.
 */
export function decodePem(text: string): { readonly block: PemBlock; readonly rest: string } | undefined {
  for (let from = 0; ; ) {
    const end = text.indexOf(endMark, from);
    if (end < 0) return undefined;
    const begin = text.slice(from, end).lastIndexOf(beginMark);
    if (begin >= 0 && (begin === 0 || text.charAt(from + begin - 1) === '\n')) {
      const result = blockBetween(text, from + begin + beginMark.length, end);
      if (result === 'cut off') return undefined;
      if (result !== undefined) return result;
    }
    from = end + endMark.length;
  }
}

const beginMark = '-----BEGIN ';
const endMark = '\n-----END ';
const dashes = '-----';

/** `afterBegin` is where the type begins, `end` where the LF before the END line is. */
function blockBetween(text: string, afterBegin: number, end: number) {
  const typeLine = lineAt(text, afterBegin);
  if (!typeLine.text.endsWith(dashes)) return undefined;
  const type = typeLine.text.slice(0, -dashes.length);
  const headers = new Map<string, string>();
  let body = typeLine.next;
  for (;;) {
    if (body >= text.length) return 'cut off';
    const line = lineAt(text, body);
    const colon = line.text.indexOf(':');
    if (colon < 0) break;
    headers.set(trimmed(line.text.slice(0, colon)), trimmed(line.text.slice(colon + 1)));
    body = line.next;
  }
  if (headers.size > 0 && end < body) return undefined;
  const trailer = end + endMark.length;
  if (text.slice(trailer, trailer + type.length + dashes.length) !== type + dashes) return undefined;
  const endOfLine = lineAt(text, trailer + type.length + dashes.length);
  if (endOfLine.text !== '') return undefined;
  const bytes = end > body ? decodeBase64(text.slice(body, end).replace(/[ \t]+/g, '')) : Buffer.alloc(0);
  return typeof bytes === 'number' ? undefined : { block: { type, headers, bytes }, rest: text.slice(endOfLine.next) };
}

function lineAt(text: string, from: number): { readonly text: string; readonly next: number } {
  const lineEnd = text.indexOf('\n', from);
  if (lineEnd < 0) return { text: text.slice(from).replace(/[ \t]+$/, ''), next: text.length };
  const line = text.slice(from, lineEnd > from && text.charAt(lineEnd - 1) === '\r' ? lineEnd - 1 : lineEnd);
  return { text: line.replace(/[ \t]+$/, ''), next: lineEnd + 1 };
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\v\f]+|[ \t\r\v\f]+$/g, '');
}

/** Go's pem.Encode of a block without headers. */
export function encodePem(type: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}
