import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { exampleOf } from '../../agent/commands/format-example.ts';
import { shippedFormat, shippedNames } from '../../agent/commands/shipped-formats.ts';

/** Prints what each example gives, as JSON; gets `[name, entries, options]` of them on its command line. */
const program = `
import { readFile } from 'node:fs/promises';
import { SecretValue } from './agent/core/secret-value.ts';
import { renderDelivery } from './agent/template/render-delivery.ts';
const given = JSON.parse(process.argv[2]);
const render = async ([name, texts, options]) => {
  const files = [{ path: 'file', template: { kind: 'format', name }, with: options }];
  const entries = new Map(Object.entries(texts).map(([key, text]) => [key, SecretValue.ofText(text)]));
  const delivery = { name: 'web', origin: 'declared', layout: 'none', defaults: { mode: 256 }, files };
  const [file] = await renderDelivery(delivery, [{ externalSecret: 'x', entries }], { templatesDir: 'templates', readFile });
  return Buffer.from(file.value.reveal()).toString();
};
Promise.all(given.map(render)).then((texts) => console.log(JSON.stringify(texts)));
`;

/** Functions that quote are taken into the template's context by their source text: a bundler rewrites it. */
test('every format gives what its example says in a minified bundle, too', async () => {
  const formats = await Promise.all((await shippedNames('templates')).map((name) => shippedFormat('templates', name)));
  const examples = formats.flatMap((format) => {
    const example = format && exampleOf(format.header);
    if (example?.gives === undefined) return [];
    const options = Object.entries(example.options).map(([option, text]) => [option, { kind: 'text', text }]);
    return [{ given: [format?.name, example.entries, Object.fromEntries(options)], gives: example.gives }];
  });
  const dir = await mkdtemp(join(tmpdir(), 'keytide-formats-'));
  const outfile = join(dir, 'bundle.cjs');
  await build({
    stdin: { contents: program, resolveDir: resolve('.'), loader: 'ts' },
    outfile,
    ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node24', minify: true, logLevel: 'error' },
  });
  await writeFile(join(dir, 'package.json'), '{}');
  const given = JSON.stringify(examples.map((example) => example.given));
  const { stdout, stderr } = spawnSync(process.execPath, [outfile, given], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.deepEqual(
    JSON.parse(stdout),
    examples.map(({ gives }) => gives),
  );
  await rm(dir, { recursive: true });
});
