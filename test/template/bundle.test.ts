import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';

const program = `
import { readFile } from 'node:fs/promises';
import { SecretValue } from './agent/core/secret-value.ts';
import { renderDelivery } from './agent/template/render-delivery.ts';
const text = (it) => Buffer.from(it.value.reveal()).toString();
const entries = new Map([['KEY', SecretValue.ofText("it's \\u00e4")], ['bin', new SecretValue(Uint8Array.of(255))]]);
const helpers = ['b64enc', 'dotenv', 'shell', 'properties', 'propertiesKey', 'url', 'pgpass', 'json', 'yaml'];
const eta = helpers.map((name) => '<%= ' + name + '(it.KEY) %>').join(' ') + " <%= b64dec('eA==') %> <%= b64of('bin') %> <%= envName('A') %> <%= pem('-----BEGIN A-----MAA=-----END A-----').length %>";
const files = (list) => list.map((template, at) => ({ path: 'f' + at, template }));
const delivery = (list) => ({ name: 'web', origin: 'declared', layout: 'none', defaults: { mode: 256 }, files: files(list) });
const world = { templatesDir: 'templates', readFile };
const render = (list) => renderDelivery(delivery(list), [{ externalSecret: 'x', entries }], world);
render([{ kind: 'eta', text: eta }])
  .then(([file]) => console.log(text(file)))
  .then(() => render([{ kind: 'eta', text: '\\n<%= it.KEI %>' }]))
  .catch((error) => console.log(error.message))
  .then(() => render([{ kind: 'eta', text: '<%= process.pid %>' }]))
  .catch((error) => console.log(error.message));
`;

/** The functions that run inside the context are taken there by their source text: a bundler rewrites it. */
for (const minify of [false, true]) {
  test(`templates work in a ${minify ? 'minified ' : ''}CommonJS bundle`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'keytide-bundle-'));
    const outfile = join(dir, 'bundle.cjs');
    await build({
      stdin: { contents: program, resolveDir: resolve('.'), loader: 'ts' },
      outfile,
      ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node24', minify, logLevel: 'error' },
    });
    await writeFile(join(dir, 'package.json'), '{}');
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.deepEqual(stdout.split('\n'), [
      `aXQncyDDpA== "it's ä" 'it'\\''s ä' it's \\u00e4 it's\\ \\u00e4 it%27s%20%C3%A4 it's ä "it's ä" "it's ä" x /w== A 39`,
      'delivery web, file f0: line 2, column 8: there is no entry "KEI"; did you mean "KEY"?',
      'delivery web, file f0: line 1, column 5: process is not defined',
      '',
    ]);
    await rm(dir, { recursive: true });
  });
}
