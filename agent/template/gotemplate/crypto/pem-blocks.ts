import { isSpace, runesOf } from '../runes.ts';
import { decodeBase64 } from './base64.ts';

/** One PEM block; texts are Go strings. */
export interface PemBlock {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

const begin = '-----BEGIN ';
const end = '\n-----END ';
const dashes = '-----';

/**
 * The first block of a text and what follows it, as Go 1.26's encoding/pem finds it: of several BEGIN lines before an END line only
 * the last counts, and only at the beginning of a line. A block that is broken is passed over. Undefined when there is none.
 */
export function decodePem(text: string): { readonly block: PemBlock; readonly rest: string } | undefined {
  for (let at = 0; ; ) {
    const found = nextBlock(text, at);
    if (found === undefined) return undefined;
    if (typeof found === 'object') return found;
    at = found;
  }
}

/** All blocks, and what Go would call the rest: the text behind the last one. */
export function decodeAllPem(text: string): { readonly blocks: readonly PemBlock[]; readonly rest: string } {
  const blocks: PemBlock[] = [];
  let rest = text;
  for (let found = decodePem(rest); found; found = decodePem(rest)) {
    blocks.push(found.block);
    rest = found.rest;
  }
  return { blocks, rest };
}

/** A block; the offset to go on from where there is a broken one; or undefined when no more can follow. */
function nextBlock(text: string, from: number): { block: PemBlock; rest: string } | number | undefined {
  const endAt = text.indexOf(end, from);
  if (endAt < 0) return undefined;
  const trailerAt = endAt + end.length;
  const beginAt = lastBegin(text, from, endAt);
  if (beginAt === undefined) return trailerAt;
  const typeLine = lineAt(text, beginAt + begin.length);
  if (!typeLine.line.endsWith(dashes)) return trailerAt;
  const type = typeLine.line.slice(0, -dashes.length);
  const head = headersAt(text, typeLine.next);
  // Go gives up on the whole text, and looks for no further block, where headers have no end or swallow the END line.
  if (!head || head.next > trailerAt) return undefined;
  if (head.headers.size > 0 && endAt < head.next) return trailerAt;
  const trailer = text.slice(trailerAt, trailerAt + type.length + dashes.length);
  if (trailer !== type + dashes || lineAt(text, trailerAt + trailer.length).line !== '') return trailerAt;
  const bytes = decodeBase64(text.slice(head.next, Math.max(endAt, head.next)).replace(/[ \t]+/g, ''));
  if (typeof bytes === 'number') return trailerAt;
  return { block: { type, headers: head.headers, bytes }, rest: text.slice(lineAt(text, trailerAt - 1).next) };
}

function lastBegin(text: string, from: number, endAt: number): number | undefined {
  const at = text.slice(from, endAt).lastIndexOf(begin);
  if (at < 0 || (at > 0 && text[from + at - 1] !== '\n')) return undefined;
  return from + at;
}

/** The line that begins at an offset, without the white space at its end, and where the next one begins. */
function lineAt(text: string, at: number): { readonly line: string; readonly next: number } {
  const newline = text.indexOf('\n', at);
  const next = newline < 0 ? text.length : newline + 1;
  let stop = newline < 0 ? text.length : newline;
  if (newline > at && text[stop - 1] === '\r') stop -= 1;
  while (stop > at && (text[stop - 1] === ' ' || text[stop - 1] === '\t')) stop -= 1;
  return { line: text.slice(at, stop), next };
}

/** Undefined when the text ends before a line that is no header. */
function headersAt(text: string, from: number): { readonly headers: Map<string, string>; readonly next: number } | undefined {
  const headers = new Map<string, string>();
  for (let at = from; at < text.length; ) {
    const { line, next } = lineAt(text, at);
    const colon = line.indexOf(':');
    if (colon < 0) return { headers, next: at };
    headers.set(trimSpace(line.slice(0, colon)), trimSpace(line.slice(colon + 1)));
    at = next;
  }
  return undefined;
}

function trimSpace(text: string): string {
  const runes = runesOf(text);
  const isText = (rune: { readonly rune: number }) => !isSpace(rune.rune);
  const first = runes.findIndex(isText);
  if (first < 0) return '';
  return runes
    .slice(first, runes.findLastIndex(isText) + 1)
    .map((rune) => rune.bytes)
    .join('');
}

/** As encoding/pem writes a block: `Proc-Type` first, other headers in the order of their bytes, lines of 64 columns. */
export function encodePem(type: string, bytes: Uint8Array, headers: ReadonlyMap<string, string> = new Map()): string {
  const procType = 'Proc-Type';
  const keys = [...headers.keys()].filter((key) => key !== procType).sort((a, b) => (a < b ? -1 : 1));
  if (headers.has(procType)) keys.unshift(procType);
  const head = keys.map((key) => `${key}: ${headers.get(key)}\n`).join('');
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `${begin}${type}${dashes}\n${head}${head && '\n'}${lines}-----END ${type}${dashes}\n`;
}
