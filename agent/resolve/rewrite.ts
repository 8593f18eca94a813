import type { Rewrite } from '../core/spec.ts';
import { byBytes } from './byte-order.ts';
import type { Values } from './entry-keys.ts';
import { merged } from './merge.ts';

/** The new name of a key, by a Go template. */
export type KeyTransform = (template: string, key: string) => string;

/** Applies the operations in order, each to what the one before gave (eso.md 1.12). Throws Failure, and what `transform` throws. */
export function rewritten(values: Values, operations: readonly Rewrite[], transform: KeyTransform): Values {
  return operations.reduce<Values>((current, operation) => applied(current, operation, transform), values);
}

function applied(values: Values, operation: Rewrite, transform: KeyTransform): Values {
  switch (operation.kind) {
    case 'merge':
      return merged(values, operation);
    case 'regexp':
      return renamed(values, (key) => operation.source.replaceAll(key, operation.target));
    case 'transform':
      return renamed(values, (key) => transform(operation.template, key));
  }
}

/** Where two keys become one, ESO keeps either by chance; here it is the one that is last in byte order. */
function renamed(values: Values, rename: (key: string) => string): Values {
  const sorted = [...values].sort(([a], [b]) => byBytes(a, b));
  return new Map(sorted.map(([key, value]) => [rename(key), value]));
}
