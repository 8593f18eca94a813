import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { isGroupAlive, signalGroup } from '../../agent/exec/process-group.ts';

const kill = (pid: number, signal: NodeJS.Signals | 0): boolean => process.kill(pid, signal);

test('a group lives while one of it does, and its leader may be gone', async (t) => {
  const leader = spawn('sh', ['-c', 'sleep 1000 >/dev/null & echo up'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const group = leader.pid ?? assert.fail('no sh');
  t.after(() => signalGroup(group, 'SIGKILL', kill));
  await once(leader, 'exit');
  assert.equal(isGroupAlive(group, kill), true);
  assert.equal(signalGroup(group, 'SIGKILL', kill), true);
  for (const endAt = Date.now() + 10_000; isGroupAlive(group, kill); ) assert.ok(Date.now() < endAt, 'it is gone');
});

test('a group of zombies is gone, though the kernel still takes signals for it', (t) => {
  if (process.platform !== 'linux') return t.skip('Linux only');
  // A process that reaps nobody: its child ends and stays a zombie. Asked within the same process, so that it lasts until then.
  const script = `
const { spawn } = require('node:child_process');
const child = spawn('sleep', ['0'], { detached: true, stdio: 'ignore' });
import(${JSON.stringify(new URL('../../agent/exec/process-group.ts', import.meta.url).href)}).then(({ isGroupAlive }) => {
  const endAt = Date.now() + 10000;
  const state = () => require('node:fs').readFileSync('/proc/' + child.pid + '/stat', 'latin1').split(') ')[1][0];
  while (state() !== 'Z') if (Date.now() > endAt) process.exit(9); // Node reaps only when this loop lets it.
  process.kill(-child.pid, 0);
  process.exit(isGroupAlive(child.pid, (pid, signal) => process.kill(pid, signal)) ? 1 : 0);
});`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
