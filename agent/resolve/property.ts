import type { PropertyDialect } from '../core/dialect.ts';
import { type GoJson, parseGoJson, writeGoJson } from '../core/go-json.ts';
import { jsonProblem } from '../core/json-text.ts';
import { Failure } from './failure.ts';
import { EffortExceeded } from './gjson/effort.ts';
import { gjsonGet } from './gjson/get.ts';

/** What `property` selects in a payload, in the order that the kind of store tries (eso.md 2.2); undefined: nothing. Throws Failure. */
export function readProperty(payload: Uint8Array, property: string, dialect: PropertyDialect): Uint8Array | undefined {
  const document = latin1(payload);
  const problem = dialect.json === 'required' ? jsonProblem(document) : undefined;
  if (problem) throw new Failure(`the value is no JSON that property ${property} could be read from (${problem})`);
  const found = inOrder(document, property, dialect.order);
  return found === undefined ? undefined : Buffer.from(found, 'latin1');
}

function inOrder(document: string, property: string, order: PropertyDialect['order']): string | undefined {
  switch (order) {
    case 'literal-first':
      return literal(document, property) ?? path(document, property);
    case 'path-first':
      return path(document, property) ?? literal(document, property);
    case 'path-only':
      return path(document, property);
    case 'exact-first':
      return member(document, property) ?? path(document, property);
    case 'exact-only':
      return member(document, property);
  }
}

/** The whole property as one key. Only its dots are taken literally; gjson's other signs keep their meaning. */
function literal(document: string, property: string): string | undefined {
  return property.includes('.') ? path(document, property.replaceAll('.', '\\.')) : undefined;
}

function path(document: string, property: string): string | undefined {
  try {
    return gjsonGet(document, property);
  } catch (error) {
    if (error instanceof EffortExceeded) throw new Failure(`property ${property.slice(0, 80)} ${error.message}`);
    throw error;
  }
}

/** A member of the top-level object under exactly this name. */
function member(document: string, property: string): string | undefined {
  const parsed = parseGoJson(document);
  if ('wrong' in parsed || !(parsed.value instanceof Map)) return undefined;
  const value: GoJson | undefined = parsed.value.get(Buffer.from(property, 'utf8').toString('latin1'));
  if (value === undefined) return undefined;
  if (value === null) return '';
  return typeof value === 'string' ? value : writeGoJson(value, { html: 'escaped', numbers: 'literal' });
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
