import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { exampleOf } from '../../agent/commands/format-example.ts';
import { shippedFormat, shippedNames } from '../../agent/commands/shipped-formats.ts';
import { formatsTable, withTable } from '../../build/format-table.ts';
import { formatFile } from './proof.ts';
import { rows } from './rows.ts';

const repository = join(import.meta.dirname, '../..');
const templatesDir = join(repository, 'templates');
const names = await shippedNames(templatesDir);

test('every format has one row of tests, and every row a format', () => {
  assert.deepEqual(rows.map(({ format }) => format).toSorted(), names);
});

for (const name of names) {
  const format = (await shippedFormat(templatesDir, name)) ?? assert.fail(`${name} has no header`);
  const { header } = format;

  test(`format ${name} says what it makes, what it can hold, and who reads it`, () => {
    for (const label of ['Makes', 'Holds', 'Read by', 'Example', 'Gives'] as const) {
      assert.ok(header.says.get(label), `${label} is missing in its header`);
    }
    assert.match(header.summary, /^[A-Z].*\.$/);
    const proved = rows.find((row) => row.format === name)?.readers ?? [];
    assert.notEqual(proved.length, 0, 'nobody reads it back');
    for (const reader of proved) assert.ok(header.says.get('Read by')?.includes(reader.name), `Read by lacks ${reader.name}`);
  });

  test(`format ${name} gives what its example says`, async (t) => {
    const example = exampleOf(header);
    if (example.gives === undefined) return t.skip('its output is bytes: who reads them tells');
    const file = await formatFile(name, example.entries, example.options);
    assert.equal(Buffer.from(file.value.reveal()).toString(), example.gives);
  });
}

test('docs/templates.md has the table of the formats as their headers say it', async () => {
  const page = await readFile(join(repository, 'docs/templates.md'), 'utf8');
  assert.equal(page, withTable(page, await formatsTable(templatesDir)), 'run: npm run formats');
});
