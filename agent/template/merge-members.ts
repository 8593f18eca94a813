import { AgentError } from '../core/agent-error.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import type { Delivery } from '../core/spec.ts';

/** One external secret of a delivery and what it gives. */
export interface Member {
  readonly externalSecret: string;
  readonly entries: Entries;
}

/**
 * The entries of a delivery. A declared one can't have a key twice: RESOLVE_FAILED names both external secrets. In an implied
 * one several external secrets merge into the same target, as creationPolicy Merge says: the later one wins.
 */
export function mergeMembers(delivery: Pick<Delivery, 'name' | 'origin'>, members: readonly Member[]): Entries {
  const merged = new Map<string, SecretValue>();
  const origin = new Map<string, string>();
  for (const { externalSecret, entries } of members) {
    for (const [key, value] of entries) {
      const earlier = origin.get(key);
      if (earlier !== undefined && delivery.origin === 'declared') throw twice(delivery.name, key, earlier, externalSecret);
      origin.set(key, externalSecret);
      merged.set(key, value);
    }
  }
  return merged;
}

function twice(delivery: string, key: string, first: string, second: string): AgentError {
  return new AgentError('RESOLVE_FAILED', `delivery ${delivery}: both ${first} and ${second} have an entry ${key}`, {
    hint: 'Rename it in one of them (secretKey, or rewrite), or deliver them apart.',
  });
}
