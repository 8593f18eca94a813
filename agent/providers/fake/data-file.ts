import { AgentError } from '../../core/agent-error.ts';
import type { FakeObject } from './fake.ts';

/**
 * `{"data": [{"key", "value", "version"}]}`, that list alone, or a plain map of key to value; in JSON, or in YAML. Throws
 * STORE_ANSWER_INVALID that names the file and the place, never a value.
 */
export async function decodeDataFile(id: string, path: string, text: string): Promise<readonly FakeObject[]> {
  const wrong = (what: string): AgentError => new AgentError('STORE_ANSWER_INVALID', `${id}: its data file ${path}: ${what}`);
  const document = await parse(text, wrong);
  const list = isMap(document) && Array.isArray(document['data']) ? document['data'] : document;
  if (Array.isArray(list)) return list.map((item, index) => objectOf(item, index, wrong));
  if (!isMap(list)) throw wrong('a list of objects with key and value is wanted');
  return Object.entries(list).map(([key, value]) => objectOf({ key, value }, key, wrong));
}

/** The yaml package only for what isn't JSON. */
async function parse(text: string, wrong: (what: string) => AgentError): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const { parse: parseYaml, YAMLParseError } = await import('yaml');
    try {
      return parseYaml(text, { schema: 'core', logLevel: 'error' });
    } catch (error) {
      // The message of the parser quotes the line, which may hold a value.
      const where = error instanceof YAMLParseError ? ` (line ${error.linePos?.[0].line}: ${error.code})` : '';
      throw wrong(`neither JSON nor YAML${where}`);
    }
  }
}

function objectOf(item: unknown, place: number | string, wrong: (what: string) => AgentError): FakeObject {
  if (!isMap(item)) throw wrong(`item ${place} is no map`);
  const { key, value = '', version = '' } = item;
  if (typeof key !== 'string' || key === '') throw wrong(`item ${place} has no key`);
  if (typeof value !== 'string' || typeof version !== 'string') throw wrong(`the value of ${key} is no text; quote it`);
  return { key, value, version };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
