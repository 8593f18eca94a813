import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { textQuotings, valueQuotings } from '../../agent/template/quoting/known.ts';

it('docs/templates.md has a row for every function of eta templates, and for no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/templates.md'), 'utf8');
  const table = /\| function \| gives \| refuses \|\n[^\n]*\n((?:\|.*\n)+)/.exec(page)?.[1] ?? '';
  const cells = table.split('\n').map((line) => line.split(' | ')[0] ?? '');
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)\(/g)].map(([, name]) => name));
  assert.deepEqual(named.toSorted(), [...Object.keys(textQuotings), ...Object.keys(valueQuotings), 'b64of'].toSorted());
});
