import { GoError } from '../go-error.ts';

const marker = '...';

/** sprig's `abbrev`: nothing is shorter than four bytes. */
export function abbreviate(width: bigint, text: string): string {
  return width < 4n ? text : abbreviateAfter(0n, width, text);
}

/** sprig's `abbrevboth`: a window of the text that begins about `left`. */
export function abbreviateBoth(left: bigint, width: bigint, text: string): string {
  return width < 4n || (left > 0n && width < 7n) ? text : abbreviateAfter(left, width, text);
}

function abbreviateAfter(left: bigint, width: bigint, text: string): string {
  if (BigInt(text.length) <= width) return text;
  const kept = Number(width) - marker.length;
  const end = text.length - kept;
  const isBelowInt64 = BigInt(text.length) - left >= 2n ** 63n; // Go wraps around, and takes it for the end of the text.
  const start = isBelowInt64 || left > BigInt(end) ? end : Number(left);
  if (start <= 4) return text.slice(0, kept) + marker;
  if (width < 7n) return '';
  if (start + kept >= text.length) return marker + text.slice(text.length - kept);
  return marker + abbreviateAfter(0n, BigInt(kept), text.slice(start));
}

/** sprig's `trunc`: the first bytes, or the last ones for a negative length. */
export function truncate(length: bigint, text: string): string {
  if (length >= 0n) return BigInt(text.length) > length ? text.slice(0, Number(length)) : text;
  return BigInt(text.length) + length > 0n ? text.slice(Number(length)) : text;
}

/** sprig's `substr`, with Go's panics about what is out of range. */
export function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(text.length);
  if (start < 0n) {
    if (end < 0n) throw outOfBounds(`[:${end}]`);
    if (end > length) throw outOfBounds(`[:${end}] with length ${length}`);
    return text.slice(0, Number(end));
  }
  const stop = end < 0n || end > length ? length : end;
  if (start > stop) throw outOfBounds(`[${start}:${stop}]`);
  return text.slice(Number(start), Number(stop));
}

function outOfBounds(what: string): GoError {
  return new GoError(`runtime error: slice bounds out of range ${what}`);
}
