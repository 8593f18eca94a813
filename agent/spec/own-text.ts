import type { SpecNode } from '../core/shape.ts';
import type { DecodedSpec } from './decode.ts';

/**
 * The words of the spec, a line each: a secret value that is one of them can't be masked in logs without making names unreadable.
 * Not the data of Secrets, nor what the fake store holds: those are the secrets.
 */
export function ownText({ ids }: DecodedSpec): string {
  const words = new Set<string>();
  for (const { kind, node } of ids.values()) if (kind !== 'Secret') collect(node, words);
  return [...words].join('\n');
}

function collect(node: SpecNode, words: Set<string>): void {
  switch (node.kind) {
    case 'string':
      words.add(node.value);
      return;
    case 'list':
      for (const item of node.items) collect(item, words);
      return;
    case 'map':
      for (const [key, entry] of node.entries) {
        words.add(key);
        if (!isFakeValue(key, node) && key !== lastApplied) collect(entry.node, words);
      }
      return;
    default:
  }
}

/** A copy of the whole object as JSON, with all its values. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** `value` beside `key`, as in `provider.fake.data` (eso.md 2.12). A label selector's are called `values`, a session tag's may be masked. */
function isFakeValue(key: string, { entries }: SpecNode & { kind: 'map' }): boolean {
  return key === 'value' && entries.has('key');
}
