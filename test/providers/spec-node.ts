import type { Place, Problem } from '../../agent/core/problem.ts';
import { invalid, type Shape, type SpecNode } from '../../agent/core/shape.ts';

const place: Place = { file: 'store.yaml', line: 1, column: 1 };

/** A value as the YAML reader would hand it over, with one place for all. */
function nodeOf(value: unknown): SpecNode {
  if (value === null || value === undefined) return { kind: 'null', place };
  if (typeof value === 'boolean') return { kind: 'boolean', value, text: String(value), place };
  if (typeof value === 'number') return { kind: 'number', value, text: String(value), place };
  if (typeof value === 'string') return { kind: 'string', value, place };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), place };
  const entries = Object.entries(value).map(([key, each]) => [key, { keyPlace: place, node: nodeOf(each) }] as const);
  return { kind: 'map', entries: new Map(entries), place };
}

export interface Decoded<T> {
  /** Undefined where the shape refused. */
  readonly value: T | undefined;
  /** `severity path: message`, without the path's first part. */
  readonly problems: readonly string[];
}

/** What a shape makes of a value that stands at `path`. */
export function decode<T>(shape: Shape<T>, value: unknown, path = 'aws'): Decoded<T> {
  const problems: string[] = [];
  const report = ({ severity, path, message }: Problem): void => void problems.push(`${severity} ${path}: ${message}`);
  const decoded = shape.decode(nodeOf(value), { path, report });
  return { value: decoded === invalid ? undefined : decoded, problems };
}
