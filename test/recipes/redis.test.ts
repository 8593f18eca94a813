import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { it } from 'node:test';
import { debianProgram } from './programs.ts';
import { recipe } from './recipe.ts';
import { steadyClient } from './steady-client.ts';

const { env, missing } = debianProgram('redis-server');

it('redis takes a new password under load, keeps its rules when the file is wrong, and takes the next', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const here = await recipe('redis', {
    env,
    changes: ({ place, port, path }) => ({
      ...{ '6379': String(port), '/run/keytide': place.root },
      ...{ '[redis-cli,': `[${path('redis-cli')},`, 'exec redis-cli': `exec ${path('redis-cli')}` },
    }),
  });
  t.after(here.close);
  // Hooks get PATH and HOME alone, and an unpacked redis-cli has to be told where its libraries are.
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(here.path('redis-cli'), `#!/bin/sh\n${variables.join(' ')} exec redis-cli "$@"\n`, { mode: 0o755 });
  const users = (app: string, before: string, extra = '') => ({ 'redis-users': { app, 'app-before': before, extra } });
  await here.startAgent(users('first', 'zeroth'));
  await here.startApp(() => login(here.port, 'first'));
  let password = 'first';
  const client = steadyClient(() => loginAgain(here.port, password));
  t.after(client.stop);
  await client.settlesOn('first');

  await here.takes(users('second word', 'first'));
  password = 'second word'; // A client that hears of it later than redis.
  await client.settlesOn('second word');
  await assert.rejects(login(here.port, 'zeroth'), /WRONGPASS/);

  const bad = await here.refuses(
    users('third', 'second word', 'user broken on no-such-rule'),
    ({ state, error }) => state === 'unreloaded' && error?.code === 'RELOAD_FAILED',
  );
  assert.match(bad.error?.message ?? '', /redis-cli/);
  assert.match(here.log(), /no-such-rule|Syntax error/);
  await assert.rejects(login(here.port, 'third'), /WRONGPASS/);
  assert.deepEqual(await client.next(), new Set(['second word']));

  await here.takes(users('third', 'second word'));
  password = 'third';
  await client.settlesOn('third');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
});

/** redis ends connections at ACL LOAD; every client of redis connects again by itself. */
function loginAgain(port: number, password: string): Promise<string> {
  return login(port, password).catch((error: unknown) => {
    if (error instanceof Error && /ended/.test(error.message)) return login(port, password);
    throw error;
  });
}

/** Logs in over a new connection, and writes a value: the password that was taken. */
function login(port: number, password: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`${command('AUTH', 'app', password)}${command('SET', 'key', 'value')}`),
    );
    let answer = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer === '+OK\r\n+OK\r\n') socket.end(() => resolve(password));
      if (/^-/m.test(answer)) socket.destroy(new Error(answer));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ECONNRESET' ? new Error('ended') : error));
    socket.on('close', () => reject(new Error('ended')));
  });
}

/** As redis reads it: an array of strings, each with its length. */
function command(...words: readonly string[]): string {
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');
}
