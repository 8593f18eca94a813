import assert from 'node:assert/strict';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ask,
  type KeytideProcess,
  keytide,
  type Place,
  place,
  until,
  writeAtomically,
  writeKubeletVolume,
} from './keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;

beforeEach(async () => {
  here = await place();
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  agent = undefined;
  here.remove();
});

const header = '<%/*\nA line of text.\n\nMode     0600\nNeeds    user\n         port=5432\nWith     mark=-\n*/-%>\n';

/** A Delivery `web` with one file, app.conf, of the folder of templates. */
function manifests(file: string): string {
  const path = join(here.dir, 'data.json');
  writeAtomically(path, fakeData({ user: 'app', pass: "p'w" }));
  const delivery = `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec: { externalSecrets: [db], layout: none, files: [{ path: app.conf, etaFile: ${join(here.dir, 'templates/app.eta')}, ${file} }] }
`;
  return documents(fakeStore(path), externalSecret('db', { user: 'user', pass: 'pass' }), delivery);
}

function mount(files: Readonly<Record<string, string>>): void {
  writeKubeletVolume(join(here.dir, 'templates'), files);
}

async function init(): Promise<{ readonly code: number | string; readonly stderr: string }> {
  const ended = keytide(['init', ...here.flags]);
  return { code: await ended.ended, stderr: ended.stderr() };
}

describe('a folder of templates that a ConfigMap mounts', { timeout: 120_000 }, () => {
  it('has templates that include each other, by name, with the same entries or with values of their own', async () => {
    mount({
      'app.eta':
        "<%~ include('head') %><% for (const key in it) { -%>\n<%~ include('./line.eta', { key, text: it[key] }) %><% } -%>\n",
      'head.eta': '# <%= options.title %> of <%= it.user %>\n',
      'line.eta': '<%= it.key %>=<%= shell(it.text) %>\n',
    });
    here.write('spec.yaml', manifests('with: { title: Settings }'));
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('web/app.conf'), "# Settings of app\npass='p'\\''w'\nuser='app'\n");
  });

  it('has templates that say what they need, as those that are shipped do', async () => {
    mount({ 'app.eta': `${header}<%= options.mark %><%= it.user %>:<%= it.port %>:<%= 'pass' in it %>\n` });
    here.write('spec.yaml', manifests('with: { user: { entry: pass } }'));
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('web/app.conf'), "-p'w:5432:false\n");
    assert.equal(statSync(join(here.root, 'web/app.conf')).mode & 0o777, 0o600);
  });

  it('is watched: a changed partial makes new files, and one that fails leaves the old ones', async () => {
    const template = "<%~ include('head') %>user=<%= it.user %>\n";
    mount({ 'app.eta': template, 'head.eta': '# one\n' });
    here.write('spec.yaml', manifests('mode: "0400"'));
    agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
    const { child, stderr } = agent;
    await until('the agent has delivered', async () => {
      assert.equal(child.exitCode, null, stderr());
      return (await ask(here.url('/startup'))).status === 200;
    });
    assert.equal(here.read('web/app.conf'), '# one\nuser=app\n');
    await pause(500); // For a look of the watch before there is anything to see.
    mount({ 'app.eta': template, 'head.eta': '# two\n' });
    await until('the new partial is in the file', () => here.read('web/app.conf') === '# two\nuser=app\n');
    mount({ 'app.eta': template, 'head.eta': '# <%= it.nobody %>\n' });
    await until('the failure is told', () => /partial head: line 1, column 10: there is no entry .*nobody/.test(stderr()));
    assert.equal(here.read('web/app.conf'), '# two\nuser=app\n');
    mount({ 'app.eta': template, 'head.eta': '# three\n' });
    await until('the mended partial is in the file', () => here.read('web/app.conf') === '# three\nuser=app\n');
    assert.equal(stderr().split('the changed spec runs').length - 1, 3, 'once a change, and never before the first');
  });

  it('is refused where a partial is missing, or would be outside of the folder', async () => {
    mount({ 'app.eta': "<%~ include('gone') %>" });
    here.write('spec.yaml', manifests('mode: "0400"'));
    const missing = await init();
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /templates\/gone\.eta can't be read \(ENOENT\)/);
    const outside = join(here.dir, 'secret.eta');
    writeFileSync(outside, 'x');
    chmodSync(outside, 0o644);
    mount({ 'app.eta': "<%~ include('../secret') %>" });
    const left = await init();
    assert.equal(left.code, 3);
    assert.match(left.stderr, /include takes the name of a template in the same folder/);
    assert.ok(!existsSync(join(here.root, 'web')));
  });
});
