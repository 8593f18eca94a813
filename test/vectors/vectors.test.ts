import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { runVectors, type Tally } from './run-vectors.ts';

const here = import.meta.dirname;

async function run(path: string): Promise<Tally & { readonly lines: readonly string[] }> {
  const lines: string[] = [];
  return { ...(await runVectors([path], (line) => lines.push(line))), lines };
}

async function runText(text: string): Promise<Tally & { readonly lines: readonly string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-vectors-'));
  try {
    const path = join(directory, 'vectors.yaml');
    writeFileSync(path, text);
    return await run(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('External Secrets Operator and the agent give the same for every input that is not for later', async () => {
  const { failed, passed, reasons, lines } = await run(join(here, 'eso-vectors.yaml'));
  assert.deepEqual(lines, []);
  assert.equal(failed, 0);
  assert.ok(passed >= 210, `${passed} passed`);
  for (const reason of reasons.keys()) assert.match(reason, /comes? with a later|Keytide reads each path once/);
});

test('gjson paths and Go durations give what the originals give', async () => {
  const { failed, passed, skipped, lines } = await run(join(here, 'gotemplate-aux-vectors.yaml'));
  assert.deepEqual(lines, []);
  assert.deepEqual({ failed, skipped }, { failed: 0, skipped: 0 });
  assert.equal(passed, 178);
});

test('a difference is printed with what was wanted and what came', async () => {
  const { failed, passed, lines } = await runText(`vectors:
- { id: right, area: decode, input: { op: decode, strategy: Base64, input: "aGk=" }, expect: { value: hi } }
- { id: wrong, area: decode, input: { op: decode, strategy: Base64, input: "aGk=" }, expect: { value: ho } }
- { id: no-error, area: decode, input: { op: decode, strategy: None, input: x }, expect: { error: bad } }
- { id: other-error, area: property, input: { op: property, provider: fake, property: p, payload: "{}" }, expect: { error: plain } }
`);
  assert.deepEqual({ failed, passed }, { failed: 3, passed: 1 });
  assert.match(lines[0] ?? '', /^wrong\n {2}want {"value":"ho"}\n {2}got {2}{"value":"hi"}$/);
});

test('an op or an area that nobody knows is a failure, not skipped', async () => {
  const { failed, lines } = await runText('vectors:\n- { id: odd, area: unheard, input: {}, expect: { value: x } }\n');
  assert.equal(failed, 1);
  assert.match(lines[0] ?? '', /no adapter for op \(none\) in area unheard/);
});
