import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { removeVolume } from '../../build/remove-volume.ts';
import { awsSpec, type Built, build, ended, fakeSpec, foreignModules, type Loaded, trace } from './built.ts';

let built: Built;
let work: string;

before(async () => {
  work = mkdtempSync(join(tmpdir(), 'keytide-bundle-'));
  built = await build();
});

after(() => {
  built?.remove();
  removeVolume(work);
});

function keytide(...args: readonly string[]): ReturnType<typeof ended> {
  return ended(process.execPath, [join(built.dist, 'keytide.cjs'), ...args]);
}

/** Arguments of an `init` in a fresh directory. */
function initWith(name: string, manifest: string): readonly string[] {
  const directory = join(work, name);
  mkdirSync(join(directory, 'private'), { recursive: true });
  writeFileSync(join(directory, 'spec.yaml'), manifest);
  const places = { spec: 'spec.yaml', root: 'root', private: 'private' };
  return ['init', '--allow-disk', ...Object.entries(places).flatMap(([flag, path]) => [`--${flag}`, join(directory, path)])];
}

/** Source files in the chunks that a run loaded. */
function sources(loaded: readonly Loaded[]): readonly string[] {
  const names = new Set(loaded.map(({ name }) => name));
  return built.chunks.filter(({ name }) => names.has(name)).flatMap(({ inputs }) => inputs);
}

test('the bundle asks only for what Node has, and for its own chunks', () => {
  // The AWS client names this package in the text of an error: it asks for it nowhere.
  const named = '@aws-sdk/signature-v4-crt';
  for (const { name, text } of built.chunks) {
    assert.deepEqual(
      foreignModules(text).filter((module) => module !== named),
      [],
      name,
    );
  }
});

test('AgentError and SecretValue are in one chunk each, so that instanceof holds everywhere', () => {
  for (const file of ['agent/core/agent-error.ts', 'agent/core/secret-value.ts']) {
    assert.equal(built.chunks.filter(({ inputs }) => inputs.includes(file)).length, 1, file);
  }
});

test('every package in the bundle is named in THIRD-PARTY.txt, with its licence', () => {
  const text = readFileSync(join(built.dist, 'THIRD-PARTY.txt'), 'utf8');
  for (const name of ['yaml', '@aws-sdk/client-secrets-manager', 're2js', 'yargs']) {
    assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|Apache-2\\.0|BSD-[23]-Clause)\\)$`, 'm'));
  }
});

test('init with the fake store delivers, and loads neither the AWS client nor yargs nor chokidar', async () => {
  const { code, stderr, loaded } = await trace(built.dist, initWith('fake', fakeSpec));
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(work, 'fake/root/database/password'), 'utf8'), 'correct horse');
  const unwanted = sources(loaded).filter((path) => /node_modules\/(@aws-sdk|@smithy|yargs|chokidar)\//.test(path));
  assert.deepEqual(unwanted, []);
});

test('init with AWS loads its client, and says so when nothing answers', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  const { code, stdout, stderr, loaded } = await trace(built.dist, [...initWith('aws', awsSpec), '--init-timeout', '1s'], env);
  assert.equal(code, 6, stdout + stderr);
  assert.ok(sources(loaded).some((path) => path.includes('node_modules/@aws-sdk/client-secrets-manager/')));
});

test('V8 takes the compiled code beside every chunk', async () => {
  const { loaded } = await trace(built.dist, initWith('again', fakeSpec));
  assert.ok(loaded.some(({ name }) => name === 'main.cjs'));
  assert.deepEqual(
    loaded.filter(({ compiledCode }) => compiledCode !== 'taken'),
    [],
  );
});

test('without its compiled code the bundle works as well', async () => {
  const copy = join(work, 'copy');
  mkdirSync(copy);
  for (const { name, text } of built.chunks) writeFileSync(join(copy, name), text);
  writeFileSync(join(copy, 'keytide.cjs'), readFileSync(join(built.dist, 'keytide.cjs')));
  writeFileSync(join(copy, 'main.cjs.code'), 'not what V8 would take');
  const { code, stderr } = await ended(process.execPath, [join(copy, 'keytide.cjs'), ...initWith('copied', fakeSpec)]);
  assert.equal(code, 0, stderr);
});

test('version, --help, a command’s --help and completion work in the bundle', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const [said, help, initHelp, completion] = await Promise.all([
    keytide('version'),
    keytide('--help'),
    keytide('init', '--help'),
    keytide('completion', 'bash'),
  ]);
  assert.ok(said.stdout.includes(version), said.stdout + said.stderr);
  for (const command of ['init', 'run', 'check', 'schema', 'completion'])
    assert.match(help.stdout, new RegExp(`\\b${command}\\b`));
  assert.match(initHelp.stdout, /--init-timeout/);
  assert.match(completion.stdout, /compgen|complete /);
  assert.deepEqual([said.code, help.code, initHelp.code, completion.code], [0, 0, 0, 0]);
});

test('an unknown command or flag ends with 2 and names it', async () => {
  const [command, flag] = await Promise.all([keytide('inti'), keytide('init', '--spek', 'x')]);
  assert.deepEqual([command.code, flag.code], [2, 2]);
  assert.match(command.stderr, /inti/);
  assert.match(flag.stderr, /spek/);
});
