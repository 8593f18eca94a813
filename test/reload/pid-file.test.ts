import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { attempt, handlesHup, hup, type Program, Scene, sendAndWatch, uniqueName } from './programs.ts';
import { refusal } from './refusal.ts';

let scene: Scene;
let agent: Program;

beforeEach(async () => {
  scene = new Scene();
  agent = await scene.node(uniqueName('agent'), '');
});

afterEach(async () => scene.end());

test('a pid file is waited for, and the process on its first line signalled', async () => {
  const app = await scene.node(uniqueName('daemon'), handlesHup);
  const path = join(await scene.dir(), 'app.pid');
  const { world } = attempt(agent.pid, { waitMs: 20_000, onWait: () => void writeFile(path, `${app.pid}\n/var/lib\n5432\n`) });
  const { pids } = await sendAndWatch(hup({ kind: 'pidFile', path }), world);
  assert.deepEqual(pids, [app.pid]);
  await app.says('took');
});

test('a pid file that stays away is named', async () => {
  const path = join(await scene.dir(), 'never.pid');
  await assert.rejects(
    sendAndWatch(hup({ kind: 'pidFile', path }), attempt(agent.pid).world),
    refusal(/pid file .*never\.pid does not exist/),
  );
});

for (const text of ['nginx', '-1', '0', '12 13', '1.5', '99999999999999999999', '$(id)']) {
  test(`a pid file that holds ${text} is refused`, async () => {
    const path = await scene.file('app.pid', `${text}\n`);
    const { world, kills } = attempt(agent.pid);
    await assert.rejects(sendAndWatch(hup({ kind: 'pidFile', path }), world), refusal(/does not begin with a process number/));
    assert.deepEqual(kills, []);
  });
}

test('a pid file that is a directory is an error with the mend', async () => {
  const path = await scene.dir();
  await assert.rejects(sendAndWatch(hup({ kind: 'pidFile', path }), attempt(agent.pid).world), refusal(/can't be read/, /Mount/));
});

test('a pid file left over from an earlier run signals nobody', async () => {
  const app = await scene.node(uniqueName('innocent'), handlesHup);
  const path = await scene.file('app.pid', String(app.pid));
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(path, longAgo, longAgo);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(
    sendAndWatch(hup({ kind: 'pidFile', path }), world),
    refusal(new RegExp(`is older than process ${app.pid}`)),
  );
  assert.deepEqual(kills, []);
});

test('a pid file that names the agent signals nobody', async () => {
  const path = await scene.file('app.pid', String(agent.pid));
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup({ kind: 'pidFile', path }), world), refusal(/no process named by pid file/));
  assert.deepEqual(kills, []);
});

test('a process that has ended leaves its pid file pointing at nobody', async () => {
  const app = await scene.node(uniqueName('gone'), handlesHup);
  const path = await scene.file('app.pid', String(app.pid));
  const ended = new Promise((resolve) => app.child.once('exit', resolve));
  app.child.kill('SIGKILL');
  await ended;
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup({ kind: 'pidFile', path }), world), refusal(/no process named by pid file/));
  assert.deepEqual(kills, []);
});
