import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { type Entries, SecretValue } from '../../agent/core/secret-value.ts';
import type { ExternalSecret, TargetTemplate } from '../../agent/core/spec.ts';
import { keyTransform } from '../../agent/template/key-transform.ts';
import { type RenderedTarget, renderTarget, type TargetWorld } from '../../agent/template/target-template.ts';
import { entriesOf, noMemory, textOf } from './rendering.ts';

const objects: Readonly<Record<string, string>> = {
  'tpl/app.conf': 'user={{ .user }}',
  'tpl/all.yaml': 'a: "{{ .user }}"\nb: |\n  two\n  lines\n',
  'tpl/list.yaml': '- {{ .user }}',
  'tpl/broken.yaml': 'a: {{ .hard }}',
};

const world: TargetWorld = {
  memory: noMemory,
  configMap: async ({ name, key }) => read(`${name}/${key}`),
  credential: async ({ name, key }) => new SecretValue(read(`${name}/${key}`)),
};

function read(path: string): Uint8Array {
  const text = objects[path];
  if (text === undefined) throw new AgentError('CREDENTIALS_MISSING', `there is no ${path}`);
  return Buffer.from(text);
}

const fetched = { user: 'app', pass: 'p@ss', hard: 'hunter2: "x"', 'dash-key': 'd' };

function secretWith(template: Partial<TargetTemplate>): ExternalSecret {
  const whole = { type: '', mergePolicy: 'Replace', from: [], data: {}, labels: {}, annotations: {}, ...template } as const;
  return {
    ...{
      name: 'db',
      labels: {},
      annotations: {},
      refreshPolicy: 'Periodic',
      refreshIntervalMs: 0,
      refreshInterval: '0',
      digest: '',
    },
    ...{ data: [], dataFrom: [] },
    target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false, template: whole },
  };
}

function render(template: Partial<TargetTemplate>, entries: Entries = entriesOf(fetched)): Promise<RenderedTarget> {
  return renderTarget(secretWith(template), entries, world);
}

async function textsOf(template: Partial<TargetTemplate>): Promise<Readonly<Record<string, string>>> {
  const { entries } = await render(template);
  return Object.fromEntries([...entries].map(([key, value]) => [key, textOf(value)]));
}

async function failure(template: Partial<TargetTemplate>): Promise<AgentError> {
  const error: unknown = await render(template).catch((caught: unknown) => caught);
  if (error instanceof AgentError) return error;
  throw new Error('it did not fail as it should');
}

const source = { target: 'Data', valuesDecodingStrategy: 'None' } as const;

test('templates replace what was fetched, unless they merge', async () => {
  assert.deepEqual(await textsOf({ data: { url: '{{ .user }}@db' } }), { url: 'app@db' });
  assert.deepEqual(await textsOf({ mergePolicy: 'Merge', data: { user: 'X{{ .user }}' } }), { ...fetched, user: 'Xapp' });
  assert.deepEqual(await textsOf({ type: 'Opaque' }), fetched);
});

test('sources go in their order, data last, and none sees what another made', async () => {
  const from = [
    {
      ...source,
      configMap: { name: 'tpl', items: [{ key: 'app.conf', templateAs: 'Values' }] },
      literal: 'app.conf: literal\nuser: literal',
    },
    { ...source, secret: { name: 'tpl', items: [{ key: 'all.yaml', templateAs: 'KeysAndValues' }] } },
  ] as const;
  const made = await textsOf({ from, data: { user: '{{ .user }} of data' } });
  assert.deepEqual(made, { 'app.conf': 'literal', user: 'app of data', a: 'app', b: 'two\nlines\n' });
});

test('valuesDecodingStrategy decodes what a source gives, and nothing else', async () => {
  const from = [{ ...source, valuesDecodingStrategy: 'Base64', literal: 'a: aGk=' }] as const;
  assert.deepEqual(await textsOf({ from, data: { b: 'aGk=' } }), { a: 'hi', b: 'aGk=' });
  const wrong = await failure({ from: [{ ...from[0], literal: 'a: "{{ .pass }}"' }] });
  assert.match(
    wrong.message,
    /^external secret db, templateFrom\[0\], literal: the value is no Base64 .* valuesDecodingStrategy asks for$/,
  );
});

test('labels and annotations are rendered beside the entries', async () => {
  const from = [{ ...source, target: 'Labels', literal: 'from: "{{ .user }}"' }] as const;
  const { entries, labels, annotations } = await render({ from, labels: { l: '{{ .user }}' }, annotations: { a: 'x/y' } });
  assert.equal(entries.size, 0);
  assert.deepEqual(
    [...labels].map(([key, value]) => [key, textOf(value)]),
    [
      ['from', 'app'],
      ['l', 'app'],
    ],
  );
  assert.deepEqual(
    [...annotations].map(([key, value]) => [key, textOf(value)]),
    [['a', 'x/y']],
  );
  assert.match(
    (await failure({ annotations: { a: '{{ .nope }}' } })).message,
    /template\.metadata\.annotations, key a: line 1, column 4/,
  );
});

test('bytes that are no text go through', async () => {
  const bytes = new Uint8Array([0, 255, 195, 40]);
  const { entries } = await render({ data: { raw: '{{ .bin }}', packed: '{{ .bin | b64enc }}' } }, entriesOf({ bin: bytes }));
  assert.deepEqual(entries.get('raw')?.reveal(), Buffer.from(bytes));
  assert.equal(textOf(entries.get('packed')), 'AP/DKA==');
});

const failing: Readonly<Record<string, [template: Partial<TargetTemplate>, message: RegExp, hint?: RegExp]>> = {
  'a missing key': [
    { data: { url: 'x\n  {{ .usr }}' } },
    /^external secret db, template\.data, key url: line 2, column 6: <\.usr>: map has no entry for key "usr"; did you mean \.user\?$/,
  ],
  'a key that needs index': [{ data: { url: '{{ .dashkey }}' } }, /did you mean index \. "dash-key"\?$/],
  'the entries taken for a dict': [{ data: { url: '{{ hasKey . "user" }}' } }, /wrong type for value/, /index \. "key"/],
  'a function that may quote its argument': [
    { data: { url: '{{ mustFromJson .hard }}' } },
    /error calling mustFromJson$/,
    /what mustFromJson is given/,
  ],
  'a ConfigMap that is not there': [
    { from: [{ ...source, configMap: { name: 'gone', items: [{ key: 'a', templateAs: 'Values' }] } }] },
    /there is no gone\/a/,
  ],
  'a document that is a list': [
    { from: [{ ...source, configMap: { name: 'tpl', items: [{ key: 'list.yaml', templateAs: 'KeysAndValues' }] } }] },
    /^external secret db, templateFrom\[0\], ConfigMap tpl, key list\.yaml: the output must be YAML: the document is a list/,
    /quote/,
  ],
  'a value that breaks the document': [
    { from: [{ ...source, configMap: { name: 'tpl', items: [{ key: 'broken.yaml', templateAs: 'KeysAndValues' }] } }] },
    /ConfigMap tpl, key broken\.yaml: the output must be YAML: it is no/,
    /quote/,
  ],
  'a key that leaves its directory': [{ from: [{ ...source, literal: '"../x": y' }] }, /can't be the name of a file$/],
  'an endless template': [{ data: { a: '{{ range until 9000000 }}{{ end }}' } }, /key a: the template (makes|takes)/, /limits/],
};
for (const [what, [template, message, hint]] of Object.entries(failing)) {
  test(`${what} fails the external secret with key, place and advice, and shows no value`, async () => {
    const error = await failure(template);
    assert.match(error.message, message);
    if (hint) assert.match(error.hint, hint);
    for (const value of Object.values(fetched).filter((each) => each.length > 2))
      assert.ok(!`${error.message} ${error.hint}`.includes(value) || value === 'app');
  });
}

test('a type says what an API server would refuse, and the files are there all the same', async () => {
  const { entries, warnings } = await render({
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': '{{ .user }}' },
  });
  assert.equal(textOf(entries.get('.dockerconfigjson')), 'app');
  assert.match(warnings.join('\n'), /wants JSON in the entry \.dockerconfigjson; a Kubernetes API server would refuse it/);
  assert.deepEqual((await render({ type: 'kubernetes.io/basic-auth', data: { password: 'x' } })).warnings, []);
});

test('a transform has the functions of templates, and no value for what is missing', async () => {
  const step = (template: string) => ({ kind: 'transform', template }) as const;
  const texts = ['{{ .value | upper }}-{{ .nope }}', '{{ fail "no" }}', '{{ .value | trimPrefix "é" }}'];
  const entry = { kind: 'extract', store: 's', remoteRef: {} as never, rewrite: texts.map(step) } as const;
  const transform = await keyTransform({ ...secretWith({}), dataFrom: [entry] });
  assert.equal(transform(texts[0] ?? '', 'a.b'), 'A.B-<no value>');
  assert.equal(transform(texts[2] ?? '', 'éx'), 'x');
  assert.throws(() => transform(texts[1] ?? '', 'k'), /external secret db, rewrite\.transform, key k: line 1, column 4: .*no$/);
});
