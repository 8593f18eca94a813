import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { formatFile } from './proof.ts';

async function textOf(format: string, entries: Readonly<Record<string, string>>, options = {}): Promise<string> {
  const { value } = await formatFile(format, entries, options);
  return Buffer.from(value.reveal()).toString();
}

test('format shell only assigns when it is told not to export', async () => {
  assert.equal(await textOf('shell', { A: 'x', B: "it's" }, { export: 'false' }), "A='x'\nB='it'\\''s'\n");
  assert.equal(await textOf('shell', { A: 'x' }, { export: 'true' }), "export A='x'\n");
});

test("format docker-env refuses a value that would make a line longer than Docker's reader takes", async () => {
  for (const text of ['x'.repeat(65_001), 'ä'.repeat(32_501)]) {
    await assert.rejects(textOf('docker-env', { DB_PASSWORD: text }), (error) => {
      assert.ok(error instanceof AgentError);
      assert.match(error.message, /key DB_PASSWORD: .* can not hold a value of more than 65000 bytes/);
      return true;
    });
  }
  assert.equal((await textOf('docker-env', { A: 'x'.repeat(65_000) })).length, 65_003);
});

test('format dotenv-python leaves nothing to expand but what gives the text back', async () => {
  const name = '$' + '{x}';
  assert.equal(await textOf('dotenv-python', { A: name }), `A="$${'{:-$}'}{x}"\n`);
  assert.equal(await textOf('dotenv-python', { A: '\\', B: '"' }), `A="\\\\$${'{:-}'}"\nB="\\""\n`);
});
