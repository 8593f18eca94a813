import type { Place } from '../core/problem.ts';
import type { SpecNode } from '../core/shape.ts';
import { resolvePlain } from '../core/yaml-plain.ts';

/** A plain (unquoted) scalar as kubectl reads it: so `yes` is a boolean, `010` is 8, and `12:30` and dates stay text. */
export function plainScalar(text: string, place: Place): SpecNode {
  const value = resolvePlain(text);
  if (value === null) return { kind: 'null', place };
  if (typeof value === 'boolean') return { kind: 'boolean', value, text, place };
  return typeof value === 'string' ? { kind: 'string', value, place } : { kind: 'number', value: Number(value), text, place };
}
