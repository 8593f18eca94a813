/** What docs/templates.md recommends for quoting in Go templates, on nasty texts and by readers of each syntax. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { parse } from 'yaml';
import { manyNasty } from '../nasty.ts';
import { run } from './run.ts';

const texts = manyNasty(500);

async function written(template: string, v: string): Promise<string> {
  return run(template, { data: { v } });
}

test('toJson is read back as JSON and as YAML', async () => {
  for (const text of texts) {
    const made = await written('{{ .v | toJson }}', text);
    assert.equal(JSON.parse(made), text);
    assert.deepEqual(parse(`a: ${made}\n`), { a: text });
  }
});

test('urlquery, with its + made %20, is read back from any part of a URL', async () => {
  for (const text of texts) {
    const made = await written('{{ .v | urlquery | replace "+" "%20" }}', text);
    assert.equal(decodeURIComponent(made), text);
  }
});

test("single quotes, with those inside made '\\'', are one word for a shell", async () => {
  const held = texts.filter((text) => !text.includes('\0'));
  const words: string[] = [];
  for (const text of held) words.push(await written(`'{{ .v | replace "'" "'\\\\''" }}'`, text));
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words.join(' ')}`], { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.deepEqual(stdout.split('\0').slice(0, -1), held);
});

test('quote is Go’s, which is neither JSON nor a shell’s; squote escapes nothing', async () => {
  assert.throws(() => JSON.parse('"\\x01"'));
  assert.equal(await written('{{ .v | quote }}', '\u0001$HOME'), '"\\x01$HOME"');
  assert.equal(await written('{{ .v | squote }}', "it's"), "'it's'");
});
