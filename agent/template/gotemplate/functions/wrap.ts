import type { FunctionWorld } from './world.ts';

/**
 * sprig's `wrap` and `wrapWith` (gotemplate.md 12.1): lines of at most `width` bytes, broken at spaces, of which the ones that would
 * begin a line fall out. A longer word is kept, or cut into pieces.
 */
export function wrapped(
  text: string,
  { width, separator, longWords }: { width: bigint; separator: string; longWords: 'keep' | 'cut' },
  world: FunctionWorld,
): string {
  if (width >= BigInt(text.length)) return text;
  const limit = Math.max(1, Number(width));
  const lines: string[] = [];
  let start = 0;
  while (text.length - start > limit) {
    if (text.charAt(start) === ' ') {
      start += 1;
      continue;
    }
    const space = start + text.slice(start, start + limit + 1).lastIndexOf(' ');
    const isLongWord = space < start;
    const end = !isLongWord ? space : longWords === 'cut' ? start + limit : text.indexOf(' ', start + limit);
    if (end === -1) break;
    lines.push(text.slice(start, end));
    start = isLongWord && longWords === 'cut' ? end : end + 1;
  }
  world.room(text.length + lines.length * separator.length);
  return [...lines, text.slice(start)].join(separator);
}
