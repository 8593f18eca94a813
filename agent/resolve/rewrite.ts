import type { Rewrite } from '../core/spec.ts';
import { byBytes } from './byte-order.ts';
import type { Values } from './entry-keys.ts';
import { merged } from './merge.ts';

/** Applies the operations in order, each to what the one before gave (eso.md 1.12). Throws Failure. */
export function rewritten(values: Values, operations: readonly Rewrite[]): Values {
  return operations.reduce<Values>((current, operation) => {
    if (operation.kind === 'merge') return merged(current, operation);
    return renamed(current, (key) => operation.source.replaceAll(key, operation.target));
  }, values);
}

/** Where two keys become one, ESO keeps either by chance; here it is the one that is last in byte order. */
function renamed(values: Values, rename: (key: string) => string): Values {
  const sorted = [...values].sort(([a], [b]) => byBytes(a, b));
  return new Map(sorted.map(([key, value]) => [rename(key), value]));
}
