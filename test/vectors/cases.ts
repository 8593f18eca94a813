import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Fields, fields, textOr } from './fields.ts';

/** One input and what must come out, as the vector files write them (eso-vectors.yaml says how). */
export interface Case {
  readonly id: string;
  readonly area: string;
  readonly input: Fields;
  readonly expect: Fields;
}

/** Every case of a file in the format of eso-vectors.yaml, gotemplate-aux-vectors.yaml or gotemplate-vectors.yaml (a list). */
export function readCases(path: string): readonly Case[] {
  const document: unknown = parse(readFileSync(path, 'utf8'), { intAsBigInt: true, maxAliasCount: 0 });
  if (Array.isArray(document)) return document.map(fields).map(templateCase);
  const file = fields(document);
  const docs = fields(file['docs']);
  return [
    ...list(file['vectors']).map((vector) => ({
      id: textOr(vector['id'], '?'),
      area: textOr(vector['area'], ''),
      input: fields(vector['input']),
      expect: fields(vector['expect']),
    })),
    ...list(file['gjson']).map((vector, index) => ({
      id: `gjson ${index + 1} (${textOr(vector['doc'], '')} ${textOr(vector['path'], '')})`,
      area: 'gjson',
      input: { op: 'gjson', document: docs[textOr(vector['doc'], '')], path: vector['path'] },
      expect: vector['exists'] === false ? { exists: false } : { value: vector['want'] },
    })),
    ...list(file['durations']).map((vector, index) => ({
      id: `duration ${index + 1} (${textOr(vector['in'], '')})`,
      area: 'duration',
      input: { op: 'duration', text: vector['in'] },
      expect: 'wantError' in vector ? { exactError: vector['wantError'] } : { ns: vector['ns'], text: vector['string'] },
    })),
  ];
}

function templateCase({ name, want, wantError, ...input }: Fields): Case {
  const expect = wantError === undefined ? { value: want } : { exactError: wantError };
  return { id: textOr(name, '?'), area: 'gotemplate', input: { op: 'gotemplate', ...input }, expect };
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
