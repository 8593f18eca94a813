import { GoError } from '../go-error.ts';
import { runesOf } from '../runes.ts';
import type { FunctionWorld } from './world.ts';

/** Go's strings.Repeat, which panics for a negative count. */
export function repeated(text: string, count: bigint, world: FunctionWorld): string {
  if (count < 0n) throw new GoError('strings: negative Repeat count', 'fixed');
  const size = BigInt(text.length) * count;
  if (size >= 2n ** 63n) throw new GoError('strings: Repeat output length overflow', 'fixed');
  world.room(Number(size));
  return size === 0n ? '' : text.repeat(Number(count));
}

/** Every line with so many spaces before it, also empty ones. */
export function indented(spaces: bigint, text: string, world: FunctionWorld): string {
  const pad = repeated(' ', spaces, world);
  return pad + replaced('\n', `\n${pad}`, text, world);
}

/** Go's strings.ReplaceAll: what is nothing is before each rune and at the end. */
export function replaced(old: string, replacement: string, text: string, world: FunctionWorld): string {
  const parts = old === '' ? ['', ...runesOf(text).map(({ bytes }) => bytes), ''] : text.split(old);
  world.room(text.length + (parts.length - 1) * (replacement.length - old.length));
  return parts.join(replacement);
}
