import type { Fault } from './fault.ts';

/** One block of a PEM file (RFC 7468, with the headers of RFC 1421 that encrypted keys have). */
export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  /** Of its BEGIN, from 1. */
  readonly line: number;
  readonly bytes: Buffer;
  /** Encrypted as OpenSSL did it of old, with `Proc-Type: 4,ENCRYPTED`. */
  readonly hasEncryptedBody: boolean;
}

/** All blocks of a text; what stands between them is for people. A block that is not whole is a fault, and so is a text without any. */
export function readPem(text: string): { readonly blocks: readonly PemBlock[] } | { readonly fault: Fault } {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const blocks: PemBlock[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (!line.startsWith('-----')) continue;
    const label = labelOf(line, 'BEGIN');
    if (label === undefined) return { fault: { line: index + 1, what: 'dashes that are no -----BEGIN ...----- line' } };
    const read = readBlock(lines, index, label);
    if ('fault' in read) return read;
    blocks.push(read.block);
    index = read.end;
  }
  return blocks.length > 0 ? { blocks } : { fault: { what: 'it holds no block (-----BEGIN ...-----)' } };
}

function labelOf(line: string, word: 'BEGIN' | 'END'): string | undefined {
  return new RegExp(`^-----${word} ([A-Z0-9]+(?:[ -][A-Z0-9]+)*)-----$`).exec(line)?.[1];
}

/** `end`: index of its END line. */
function readBlock(
  lines: readonly string[],
  begin: number,
  label: string,
): { readonly block: PemBlock; readonly end: number } | { readonly fault: Fault } {
  const end = lines.findIndex((line, index) => index > begin && line.startsWith('-----'));
  if (end < 0) return { fault: { line: begin + 1, what: 'a block that has no end' } };
  if (labelOf(lines[end] ?? '', 'END') !== label)
    return { fault: { line: end + 1, what: `dashes that are not the end of the block which began in line ${begin + 1}` } };
  const body = afterHeaders(lines, begin + 1, end);
  const wrong = lines.findIndex((line, index) => index >= body && index < end && !/^[A-Za-z0-9+/]*={0,2}$/.test(line.trim()));
  if (wrong >= 0) return { fault: { line: wrong + 1, what: 'something that is not base64' } };
  const digits = lines.slice(body, end).map((line) => line.trim());
  const bytes = decoded(digits.join(''));
  if (!bytes) return { fault: { line: begin + 1, what: 'a block whose base64 is not whole' } };
  const hasEncryptedBody = lines.slice(begin + 1, body).some((line) => /^Proc-Type:.*ENCRYPTED/.test(line));
  return { block: { label, line: begin + 1, bytes, hasEncryptedBody }, end };
}

/** Headers have a colon, and a blank line ends them. */
function afterHeaders(lines: readonly string[], from: number, end: number): number {
  if (!lines[from]?.includes(':')) return from;
  const blank = lines.findIndex((line, index) => index > from && line.trim() === '');
  return blank < 0 || blank > end ? from : blank + 1;
}

/** Node takes what it can and passes over the rest, so that the way back must give the same. */
function decoded(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return base64 !== '' && bytes.toString('base64') === base64 ? bytes : undefined;
}
