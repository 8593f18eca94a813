import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { documents, externalSecret, oneEntry, reportOf, specOf, store } from './given-spec.ts';

const withTemplate = (template: string, more = ''): string =>
  externalSecret(`{ ${oneEntry}${more}, target: { template: ${template} } }`);

const delivery = (files: string): string =>
  `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [db], files: ${files} }\n`;

test('a template is taken whole, with its defaults', async () => {
  const template = `{ type: Opaque, metadata: { labels: { a: "{{ .password }}" }, annotations: { b: x } }, data: { url: "{{ .password }}" },
    templateFrom: [{ configMap: { name: tpl, items: [{ key: a.conf }, { key: all, templateAs: KeysAndValues }] } }, { target: labels, literal: "k: v" }] }`;
  const { externalSecrets } = await specOf(documents(store, withTemplate(template)));
  const items = [
    { key: 'a.conf', templateAs: 'Values' },
    { key: 'all', templateAs: 'KeysAndValues' },
  ];
  assert.deepEqual(externalSecrets[0]?.target.template, {
    ...{ type: 'Opaque', mergePolicy: 'Replace', data: { url: '{{ .password }}' } },
    ...{ labels: { a: '{{ .password }}' }, annotations: { b: 'x' } },
    from: [
      { configMap: { name: 'tpl', items }, target: 'Data', valuesDecodingStrategy: 'None' },
      { literal: 'k: v', target: 'Labels', valuesDecodingStrategy: 'None' },
    ],
  });
});

test('a rewrite may transform keys by a template', async () => {
  const spec =
    '{ secretStoreRef: { name: store }, dataFrom: [{ extract: { key: a }, rewrite: [{ transform: { template: "{{ .value }}" } }] }] }';
  const { externalSecrets } = await specOf(documents(store, externalSecret(spec)));
  assert.deepEqual(externalSecrets[0]?.dataFrom[0]?.rewrite, [{ kind: 'transform', template: '{{ .value }}' }]);
});

const refused: Readonly<Record<string, [template: string, message: RegExp]>> = {
  'does not parse': [
    '{ data: { url: "{{ .a-b }}" } }',
    /template\.data\.url: line 1, column \d+: bad character U\+002D '-'\. .*index \. "a-b"/,
  ],
  'names an unknown function': [
    '{ data: { url: "{{ .a | b64encode }}" } }',
    /function "b64encode" not defined; did you mean "b64enc"/,
  ],
  'misspells a function of Go itself': [
    '{ data: { url: "{{ .a | urlqery }}" } }',
    /function "urlqery" not defined; did you mean "urlquery"/,
  ],
  'looks at the machine': ['{ data: { url: "{{ env \\"HOME\\" }}" } }', /env is not among the functions/],
  'has a literal that does not parse': [
    '{ templateFrom: [{ literal: "{{ if }}" }] }',
    /templateFrom\[0\]\.literal: .*missing value for if/,
  ],
  'has a source that is none': ['{ templateFrom: [{ target: Data }] }', /configMap, secret or literal must be given/],
  'targets something else': [
    '{ templateFrom: [{ target: spec.data, literal: x }] }',
    /no target of a template; allowed: Data, Labels, Annotations/,
  ],
  'has a key that is no file name': ['{ data: { "a/b": x } }', /names a file/],
  'asks for another engine': ['{ engineVersion: v1 }', /v2/],
  'makes a token of the cluster': [
    '{ type: kubernetes.io/service-account-token, templateFrom: [{ target: Annotations, literal: "a: b" }] }',
    /targets Annotations/,
  ],
};
for (const [what, [template, message]] of Object.entries(refused)) {
  test(`a template that ${what} is refused with its place`, async () => {
    const { errors } = await reportOf(documents(store, withTemplate(template)));
    assert.match(errors.join('\n'), message);
    for (const error of errors) assert.match(error, /^spec\.yaml:\d+:\d+: /);
  });
}

test('a template in a ConfigMap of the spec is looked at where it stands', async () => {
  const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: tpl }\ndata: { bad: "{{ end }}", good: "x" }\n';
  const from = (key: string): string =>
    withTemplate(`{ templateFrom: [{ configMap: { name: tpl, items: [{ key: ${key} }] } }] }`);
  assert.match(
    (await reportOf(documents(store, from('bad'), configMap))).errors.join('\n'),
    /ConfigMap tpl: data\.bad: line 1.*unexpected/,
  );
  assert.match((await reportOf(documents(store, from('gone'), configMap))).errors.join('\n'), /has no key "gone"/);
  assert.deepEqual((await reportOf(documents(store, from('good'), configMap))).errors, []);
});

test('a change in a ConfigMap of the spec is a change of the external secret that uses it', async () => {
  const configMap = (text: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: tpl }\ndata: { a: "${text}" }\n`;
  const secret = withTemplate('{ templateFrom: [{ configMap: { name: tpl, items: [{ key: a }] } }] }');
  const digest = async (text: string) => (await specOf(documents(store, secret, configMap(text)))).externalSecrets[0]?.digest;
  assert.equal(await digest('x'), await digest('x'));
  assert.notEqual(await digest('x'), await digest('y'));
});

test('a type whose keys are missing is a warning, and no error', async () => {
  const tls = await reportOf(documents(store, withTemplate('{ type: kubernetes.io/tls, data: { tls.crt: x } }')));
  assert.deepEqual(tls.errors, []);
  assert.match(tls.warnings.join('\n'), /kubernetes\.io\/tls wants the entry tls\.key, which is missing/);
  const open = await reportOf(documents(store, withTemplate('{ type: kubernetes.io/tls, templateFrom: [{ literal: "a: b" }] }')));
  assert.deepEqual(open.warnings, []);
});

test('keys of templates count when two members of a Delivery have the same', async () => {
  const both = delivery('[]').replace('[db]', '[db, other]');
  const twins = documents(
    ...[store, withTemplate('{ data: { url: x } }')],
    ...[externalSecret(`{ ${oneEntry.replace('password', 'url')} }`, 'other'), both],
  );
  assert.match((await reportOf(twins)).errors.join('\n'), /both "db" and "other" have an entry "url"/);
});

test('a file of a Delivery may be a Go template, in place or in a file of its own', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keytide-spec-'));
  const path = join(directory, 'app.tpl');
  await writeFile(path, '{{ .password }}');
  const good = documents(
    store,
    externalSecret(`{ ${oneEntry} }`),
    delivery(`[{ path: a, goTemplate: x }, { path: b, goTemplateFile: ${path} }]`),
  );
  const { deliveries } = await specOf(good);
  assert.deepEqual(
    deliveries[0]?.files.map(({ template }) => template),
    [
      { kind: 'goTemplate', text: 'x' },
      { kind: 'goTemplateFile', path },
    ],
  );
  await writeFile(path, '{{ .a ');
  assert.match((await reportOf(good)).errors.join('\n'), /goTemplateFile: line 1, column \d+: unclosed action/);
  await rm(directory, { recursive: true });
  assert.match((await reportOf(good)).errors.join('\n'), /can't be read \(ENOENT\)/);
});

test('with --templates=eta every Go template is refused', async () => {
  const spec = documents(store, withTemplate('{ data: { a: x } }'));
  assert.match((await reportOf(spec, { templates: ['eta'] })).errors.join('\n'), /Go templates are off \(--templates=eta\)/);
});
