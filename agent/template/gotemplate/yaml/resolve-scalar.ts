import { isTimestamp, type PlainValue, resolvePlain } from '../../../core/yaml-plain.ts';
import type { ScalarNode } from './compose.ts';
import { yamlError } from './cursor.ts';
import { largestInt, type YamlScalar } from './yaml-value.ts';

const prefix = 'tag:yaml.org,2002:';

/** What a scalar is by its tag, or by its text when it has none (gotemplate.md 15.3). */
export function resolveScalar({ value, tag, isImplicit }: ScalarNode): YamlScalar {
  if (tag === '') return isImplicit ? resolvePlain(value) : value;
  if (!tag.startsWith(prefix)) return value;
  const wanted = tag.slice(prefix.length);
  if (wanted === 'binary') return decodeBinary(value);
  if (!checked.has(wanted)) return value;
  const resolved = resolvePlain(value);
  const actual = wanted === 'timestamp' && isTimestamp(value) ? 'timestamp' : typeTag(resolved);
  if (actual === wanted) return resolved;
  if (wanted === 'float' && typeof resolved === 'bigint' && resolved <= largestInt) return Number(resolved);
  throw yamlError(`cannot decode !!${actual} \`${value}\` as a !!${wanted}`);
}

/** Any text is a `!!str`, and of tags that Go doesn't know, too. */
const checked: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'null', 'timestamp']);

function typeTag(value: PlainValue): string {
  switch (typeof value) {
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'str';
    default:
      return 'null';
  }
}

function decodeBinary(text: string): string {
  const digits = text.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw yamlError('!!binary value contains invalid base64 data');
  }
  return Buffer.from(digits, 'base64').toString('latin1');
}
