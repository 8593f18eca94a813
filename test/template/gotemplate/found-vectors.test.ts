import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { goString } from '../../../agent/template/gotemplate/value.ts';
import type { Case } from '../../oracle/case.ts';
import type { Data, Datum } from '../../oracle/datum.ts';
import { ourAnswer } from '../../oracle/ours.ts';

const text = readFileSync(join(import.meta.dirname, 'found-vectors.yaml'), 'utf8');
const vectors: readonly Readonly<Record<string, unknown>>[] = parse(text, { intAsBigInt: true });

for (const vector of vectors) {
  test(`as Go does: ${vector['name']}`, async () => {
    const kind = 'want' in vector ? 'output' : 'error';
    const answer = await ourAnswer(caseOf(vector));
    assert.deepEqual(answer, { kind, text: bytes(vector[kind === 'output' ? 'want' : 'wantError']) });
  });
}

function caseOf(vector: Readonly<Record<string, unknown>>): Case {
  switch (vector['op']) {
    case 'gjson':
      return { op: 'gjson', document: bytes(vector['document']), path: bytes(vector['path']) };
    case 'duration':
      return { op: 'duration', text: bytes(vector['text']) };
    case 'regexFind':
      return { op: 'regexFind', pattern: bytes(vector['pattern']), text: bytes(vector['text']) };
    case 'regexReplace': {
      const [pattern, subject, replacement] = [vector['pattern'], vector['text'], vector['replacement']].map(bytes);
      return { op: 'regexReplace', pattern: pattern ?? '', text: subject ?? '', replacement: replacement ?? '' };
    }
    default:
      return templateCase(vector);
  }
}

function templateCase({ template, data, missingkey, delimiters }: Readonly<Record<string, unknown>>): Case {
  const missingKey = missingkey === 'zero' || missingkey === 'default' ? missingkey : 'error';
  const asked = { op: 'template', source: bytes(template), data: dataOf(data), missingKey } as const;
  if (!Array.isArray(delimiters)) return asked;
  const [left = '', right = ''] = delimiters.map(bytes);
  return { ...asked, delimiters: [left, right] };
}

function bytes(value: unknown): string {
  if (typeof value === 'string') return goString(value);
  assert.ok(value instanceof Uint8Array, `a text, or !!binary: ${String(value)}`);
  return Buffer.from(value).toString('latin1');
}

function dataOf(data: unknown): Data {
  return new Map(Object.entries(data ?? {}).map(([key, value]) => [goString(key), datumOf(value)]));
}

function datumOf(value: unknown): Datum {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string' || value instanceof Uint8Array) return bytes(value);
  if (Array.isArray(value)) return value.map(datumOf);
  return value === null || value === undefined ? null : dataOf(value);
}
