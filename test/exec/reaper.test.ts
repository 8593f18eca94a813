import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { reaperScript } from '../../agent/exec/reaper.ts';

const script = reaperScript(['SIGTERM', 'SIGUSR1']);

/** The shells that images have as /bin/sh. */
const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']] as const;

for (const shell of shells) {
  const [program, ...flags] = shell;
  const isThere = spawnSync(program, [...flags, '-c', 'exit 0']).status === 0;
  const words = (command: readonly string[]): string[] => [...flags, '-c', script, 'keytide', ...command];

  test(`${program} ends as what it runs, and hands on its standard input`, { skip: !isThere }, () => {
    for (const [command, code] of [
      ['exit 0', 0],
      ['exit 127', 127],
      ['exit 200', 200],
      ['kill -KILL $$', 137],
    ] as const)
      assert.equal(spawnSync(program, words(['sh', '-c', command])).status, code, command);
    assert.equal(spawnSync(program, words(['cat']), { input: 'through' }).stdout.toString(), 'through');
  });

  test(`${program} passes signals on and waits for the end that they lead to`, { skip: !isThere }, async () => {
    const command = ['sh', '-c', 'trap "echo one" USR1; trap "exit 5" TERM; echo up; while :; do sleep 0.05; done'];
    const child = spawn(program, words(command), { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const said = (word: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => (output.includes(word) ? resolve() : void child.stdout.once('data', look));
        look();
      });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await said('up');
    child.kill('SIGUSR1');
    await said('one');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 5);
  });
}
