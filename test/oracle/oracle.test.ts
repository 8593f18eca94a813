import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'yaml';
import { functionNames } from './calls.ts';
import type { Case, TemplateCase } from './case.ts';
import { generated, operations, type Wanted } from './generate.ts';
import { ourAnswer } from './ours.ts';
import { shrunk } from './shrink.ts';
import { vectorText } from './vector.ts';

const material = { key: ['KEY'], pub: ['PUB'], cert: ['CERT'], chain: ['CHAIN'], p12: ['UDEy'], jwk: ['{}'], cipher: ['Yw=='] };
const wanted: Wanted = { seed: 'a test', material, only: [] };

test('a seed and a number give the same case again, and the next number another', () => {
  for (const operation of operations) {
    const cases = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => generated(wanted, operation, index));
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((index) => generated(wanted, operation, index)),
      cases,
    );
    assert.ok(new Set(cases.map((each) => JSON.stringify(each))).size > 1);
  }
});

test('a few thousand templates name every function', () => {
  const words = new Set<string>();
  for (let index = 0; index < 6_000; index += 1) {
    const { source } = template(generated(wanted, 'template', index));
    for (const word of source.match(/\w+/g) ?? []) words.add(word);
  }
  assert.deepEqual(
    functionNames.filter((name) => !words.has(name)),
    [],
  );
});

test('no template makes our side say that it has a bug', async () => {
  for (let index = 0; index < 400; index += 1) {
    const answer = await ourAnswer(generated({ ...wanted, seed: 'bugs' }, 'template', index));
    assert.doesNotMatch(answer.text, /^a bug: /);
  }
});

test('what differs is made small: nodes, operands, texts and data that do not matter go', async () => {
  const data = new Map([
    ['user', 'admin'],
    ['text', 'some words'],
  ]);
  const source = 'a {{if .user}}b{{range list 1 2}}{{upper (trim (lower "a long text"))}}{{end}}{{else}}c{{end}}';
  const small = await shrunk({ op: 'template', source, data, missingKey: 'zero' }, async (each) =>
    /\{\{.*trim.*\}\}/.test(template(each).source),
  );
  assert.deepEqual(small, { op: 'template', source: '{{trim}}', data: new Map(), missingKey: 'error' });
});

test('a difference is printed as a vector that can be read back, bytes and all', () => {
  const data = new Map<string, string | number | bigint | null>([
    ['text', 'a "text"'],
    ['bytes', '\xff'],
    ['whole', 2],
    ['integer', 9007199254740993n],
    ['nothing', null],
  ]);
  const question: TemplateCase = { op: 'template', source: '{{.x}}\n', data, missingKey: 'zero', delimiters: ['[[', ']]'] };
  const text = vectorText('a name', question, { kind: 'error', text: 'a \xfe' });
  const [vector] = parse(text, { intAsBigInt: true });
  assert.deepEqual(Object.keys(vector), ['name', 'template', 'data', 'missingkey', 'delimiters', 'wantError']);
  assert.equal(vector.template, '{{.x}}\n');
  assert.equal(vector.data.integer, 9007199254740993n);
  assert.equal(vector.data.whole, 2);
  assert.deepEqual(Buffer.from(vector.data.bytes), Buffer.from([0xff]));
  assert.deepEqual(Buffer.from(vector.wantError), Buffer.from('a \xfe', 'latin1'));
});

function template(question: Case): TemplateCase {
  assert.equal(question.op, 'template');
  return question as TemplateCase;
}
