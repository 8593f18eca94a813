import type { FunctionWorld } from './world.ts';

/** sprig's `untilStep`: from `start` up to `stop` without it, or down; nothing where the step doesn't lead there. */
export function steps(start: bigint, stop: bigint, step: bigint, world: FunctionWorld): readonly bigint[] {
  const isDown = stop < start;
  if (isDown ? step >= 0n : step <= 0n) return [];
  world.room(Number((stop - start) / step));
  const numbers: bigint[] = [];
  for (let at = start; isDown ? at > stop : at < stop; at = BigInt.asIntN(64, at + step)) {
    world.spend(1); // A step over the end of the range begins again at its other end, and so may never come to `stop`.
    numbers.push(at);
  }
  return numbers;
}

/** sprig's `seq`: `last`, `first last` or `first step last`, and the last belongs to it. */
export function sequence(parameters: readonly bigint[], world: FunctionWorld): string {
  const [first, second, third] = parameters;
  if (first === undefined || parameters.length > 3) return '';
  if (second === undefined) return through(1n, first, undefined, world);
  if (third === undefined) return through(first, second, undefined, world);
  return third < first && second > 0n ? '' : through(first, third, second, world);
}

function through(first: bigint, last: bigint, step: bigint | undefined, world: FunctionWorld): string {
  const direction = last < first ? -1n : 1n;
  return steps(first, BigInt.asIntN(64, last + direction), step ?? direction, world).join(' ');
}
