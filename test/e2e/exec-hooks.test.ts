import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type ExecApp, execApp } from './exec-app.ts';
import { type KeytideProcess, keytide, type Place, place, until, writeAtomically } from './keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let app: ExecApp;

beforeEach(async () => {
  here = await place();
  app = execApp(here.dir);
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  for (const { pid } of app.starts()) kill(-pid);
  await agent?.ended;
  agent = undefined;
  here.remove();
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone.
  }
}

function rotate(password: string): void {
  writeAtomically(join(here.dir, 'data.json'), fakeData({ password }));
}

/** `exec` with a program whose environment has the password, and these hooks of its delivery. */
async function started(hooks: string, onChange: string): Promise<KeytideProcess> {
  rotate('canary-first');
  const delivery = `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [db], ${hooks} }\n`;
  here.write(
    'spec.yaml',
    documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { PASSWORD: 'password' }), delivery),
  );
  const flags = ['--env-from', 'web', '--on-change', onChange];
  const running = keytide(['exec', ...here.flags, ...flags, '--', ...app.command]);
  agent = running;
  await until('the app runs', () => {
    assert.equal(running.child.exitCode, null, running.stderr());
    return app.starts().length === 1;
  });
  return running;
}

const itself = 'process: { commandMatches: "app[.]cjs" }';

test("a signal step reaches exec's own program", async () => {
  const { stderr } = await started(`reload: [{ signal: { name: SIGHUP, ${itself} } }]`, 'none');
  rotate('canary-second');
  await until('the app has the signal', () => app.signals().includes('SIGHUP'));
  await until('the change is acknowledged', () => /"generation":2,.*"msg":"acknowledged"/.test(stderr()));
  assert.equal(app.starts().length, 1);
  assert.doesNotMatch(stderr(), /canary/);
});

test("processAlive proves that exec's program was started anew", async () => {
  const hooks = `verify: { timeout: 20s, steps: [{ processAlive: { for: 1s, expect: restarted, ${itself} } }] }`;
  const { stderr } = await started(hooks, 'restart');
  rotate('canary-second');
  await until('the change is acknowledged', () => /"generation":2,.*"msg":"acknowledged"/.test(stderr()));
  assert.deepEqual(
    app.starts().map(({ environment }) => environment['PASSWORD']),
    ['canary-first', 'canary-second'],
  );
});

test("processAlive finds out that exec's program does not stay with the new value, and the old one comes back", async () => {
  const hooks = `verify: { timeout: 3s, steps: [{ processAlive: { for: 1s, expect: restarted, ${itself} } }] }`;
  const { stderr } = await started(hooks, 'restart');
  rotate('broken');
  await until('it is rolled back', () => /rolled back/.test(stderr()), 30_000);
  await until('the app runs on the old value', () => app.starts().at(-1)?.environment['PASSWORD'] === 'canary-first', 30_000);
  assert.equal(here.read('web/PASSWORD'), 'canary-first');
});
