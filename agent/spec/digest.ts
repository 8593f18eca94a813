import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { SpecNode } from '../core/shape.ts';

/** Equal for equal values, also in another process: what an agent kept for its successor is told by it. No secret may go in. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

let key: Uint8Array | undefined;

/**
 * Equal for equal values in this process. For what may hold secret values (a Secret document, the data of the fake store): a plain
 * hash would let anyone test guesses.
 */
export function keyedDigestOf(...parts: readonly (string | Uint8Array)[]): string {
  key ??= randomBytes(32);
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64url');
}

/** A node without its places, members sorted: equal for nodes that mean the same. */
export function canonicalText(node: SpecNode): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return JSON.stringify(node.value);
    case 'list':
      return `[${node.items.map(canonicalText).join(',')}]`;
    case 'map': {
      const members = [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${members.map(([name, entry]) => `${JSON.stringify(name)}:${canonicalText(entry.node)}`).join(',')}}`;
    }
  }
}
