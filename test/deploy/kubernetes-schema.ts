import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the API server's strict validation refuses in a manifest, by its own OpenAPI: unknown and missing fields, wrong
 * types. The table holds the kinds that deploy/ uses, without the texts; test/cluster/openapi.ts makes it anew from
 * a server's /openapi/v2, and the cluster test asks the server itself.
 */
type Fields = Readonly<Record<string, string>>;
interface Table {
  readonly kinds: Readonly<Record<string, string>>;
  /** Type -> field -> type. `[T]` is a list, `{T}` a map; a field's name ends with `!` when it must be there. */
  readonly types: Readonly<Record<string, Fields>>;
}

const table: Table = JSON.parse(readFileSync(join(import.meta.dirname, 'kubernetes-1.37.json'), 'utf8'));

/** Problems of one manifest, each `path: what`. */
export function schemaProblems(manifest: unknown): readonly string[] {
  const { apiVersion, kind }: { apiVersion?: unknown; kind?: unknown } = Object(manifest);
  const type = table.kinds[`${apiVersion} ${kind}`];
  return type ? check(manifest, type, `${kind}`) : [`${apiVersion} ${kind}: not in the table`];
}

function check(value: unknown, type: string, path: string): readonly string[] {
  const inner = type.slice(1, -1);
  if (type.startsWith('[')) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => check(item, inner, `${path}[${index}]`))
      : [`${path}: not a list`];
  }
  if (type.startsWith('{')) {
    return isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => check(item, inner, `${path}.${key}`))
      : [`${path}: not a map`];
  }
  const fields = table.types[type];
  if (fields) return isObject(value) ? checkFields(value, fields, path) : [`${path}: not an object (${type})`];
  return isScalar(value, type) ? [] : [`${path}: not a ${type}`];
}

function checkFields(value: Readonly<Record<string, unknown>>, fields: Fields, path: string): readonly string[] {
  const missing = Object.keys(fields).filter((name) => name.endsWith('!') && value[name.slice(0, -1)] === undefined);
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const type = fields[name] ?? fields[`${name}!`];
    return type ? check(item, type, `${path}.${name}`) : [`${path}: unknown field ${name}`];
  });
  return [...missing.map((name) => `${path}: ${name.slice(0, -1)} is missing`), ...wrong];
}

function isScalar(value: unknown, type: string): boolean {
  if (type === 'any') return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'integer or string') return Number.isInteger(value) || typeof value === 'string';
  if (type === 'quantity') return /^\d+(\.\d+)?([munkMGTPE]|[KMGTPE]i)?$/.test(String(value));
  return typeof value === type;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
