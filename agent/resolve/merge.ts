import { type GoJson, parseGoJson, writeGoJson } from '../core/go-json.ts';
import type { Rewrite } from '../core/spec.ts';
import { byBytes } from './byte-order.ts';
import type { Values } from './entry-keys.ts';
import { rendered } from './extract.ts';
import { Failure } from './failure.ts';
import { latin1 } from './property.ts';

type Merge = Extract<Rewrite, { kind: 'merge' }>;

/** Merges the JSON objects that the values are into one (eso.md 1.12). Throws Failure. */
export function merged(values: Values, merge: Merge): Values {
  const members = new Map<string, GoJson>();
  const origins = new Map<string, string>();
  for (const source of sourcesInOrder(values, merge)) {
    for (const [key, value] of objectOf(values.get(source), source)) {
      const other = origins.get(key);
      if (other !== undefined && other !== source && merge.conflictPolicy !== 'Ignore') {
        throw new Failure(`merge: member ${latin1Text(key)} is in both ${other} and ${source}; conflictPolicy is Error`);
      }
      members.set(key, value);
      origins.set(key, source);
    }
  }
  if (merge.strategy === 'Extract') return rendered(members);
  if (merge.into === '') throw new Failure('merge: strategy JSON needs `into`, the key of the result');
  const json = writeGoJson(members, { html: 'plain', numbers: 'float' });
  return new Map([...values, [merge.into, Buffer.from(json, 'latin1')]]);
}

/** In byte order; those that have priority come last, in the order they are listed in, so that they win. */
function sourcesInOrder(values: Values, merge: Merge): readonly string[] {
  const absent = merge.priority.filter((key) => !values.has(key));
  if (absent.length > 0 && merge.priorityPolicy === 'Strict') {
    throw new Failure(`merge: ${absent.join(', ')} of \`priority\` is not there; priorityPolicy is Strict`);
  }
  const others = [...values.keys()].filter((key) => !merge.priority.includes(key)).sort(byBytes);
  return [...others, ...merge.priority.filter((key) => values.has(key))];
}

function objectOf(value: Uint8Array | undefined, source: string): ReadonlyMap<string, GoJson> {
  const parsed = parseGoJson(latin1(value ?? new Uint8Array()));
  if ('wrong' in parsed) throw new Failure(`merge: the value of ${source} must be a JSON object (${parsed.wrong})`);
  if (parsed.value === null) return new Map();
  if (parsed.value instanceof Map) return parsed.value;
  throw new Failure(`merge: the value of ${source} must be a JSON object`);
}

function latin1Text(key: string): string {
  return Buffer.from(key, 'latin1').toString('utf8');
}
