import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until, writeAtomically } from './keytide-process.ts';
import { awsStore, documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let aws: AwsDouble | undefined;

beforeEach(async () => {
  here = await place();
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  await aws?.close();
  [agent, aws] = [undefined, undefined];
  here.remove();
});

/** A delivery of one entry, `p`, with hooks. */
function writeDelivery(spec: Readonly<Record<string, unknown>>): void {
  const delivery = `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: ${JSON.stringify(spec)}\n`;
  const data = fakeStore(join(here.dir, 'data.json'));
  here.write('spec.yaml', documents(data, externalSecret('db', { p: 'p' }), delivery));
}

function rotate(p: string): void {
  writeAtomically(join(here.dir, 'data.json'), fakeData({ p }));
}

function shell(script: string): { readonly exec: { readonly command: readonly string[] } } {
  return { exec: { command: ['/bin/sh', '-c', script] } };
}

describe('keytide run --exit-after-first', { timeout: 120_000 }, () => {
  const run = (...flags: readonly string[]): KeytideProcess => {
    agent = keytide(['run', ...here.flags, '--listen', 'off', '--exit-after-first', ...flags]);
    return agent;
  };

  it('ends with 0 when all is delivered, and the app was told and has taken it', async () => {
    rotate('here');
    const told = join(here.dir, 'told');
    const [reload, steps] = [[shell(`echo $KEYTIDE_GENERATION >> ${told}`)], [shell(`grep -q 1 ${told}`)]];
    writeDelivery({ externalSecrets: ['db'], firstReload: true, reload, verify: { steps } });
    const { ended, stderr } = run();
    assert.equal(await ended, 0, stderr());
    assert.equal(readFileSync(told, 'utf8'), '1\n');
    assert.equal(here.read('web/p'), 'here');
    assert.match(here.read('.keytide/status.json'), /"acknowledged":1/);
  });

  it('ends with the code of init when something can not be had in time', async () => {
    writeAtomically(join(here.dir, 'data.json'), fakeData({}));
    writeDelivery({ externalSecrets: ['db'] });
    assert.equal(await run('--init-timeout', '1s').ended, 5);
  });

  it('ends with 8 when the app is not proved to have taken it in time, or has the one before again', async () => {
    rotate('old');
    writeDelivery({ externalSecrets: ['db'] });
    assert.equal(await run().ended, 0);
    rotate('bad');
    writeDelivery({ externalSecrets: ['db'], verify: { timeout: '100ms', steps: [shell('grep -q old {dir}/p')] } });
    const { ended, stderr } = run();
    assert.equal(await ended, 8, stderr());
    assert.match(stderr(), /generation 2 is held back/);
    assert.equal(here.read('web/p'), 'old');
    writeDelivery({
      ...{ externalSecrets: ['db'], onVerifyFailure: 'keep' },
      verify: { timeout: '100ms', steps: [shell('exit 1')] },
    });
    rotate('bad again');
    assert.equal(await run('--init-timeout', '2s').ended, 8);
  });
});

describe('at SIGTERM', { timeout: 120_000 }, () => {
  it('run ends although a store takes the connection and never answers', async () => {
    aws = await startAwsDouble({ secrets: { a: 'one' } });
    const double = aws;
    here.write('spec.yaml', documents(awsStore(), externalSecret('one', { a: 'a' })));
    aws.fault({ operation: 'GetSecretValue', times: Number.POSITIVE_INFINITY, trouble: { kind: 'hang' } });
    agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`], aws.env);
    await until('the store was asked', () => double.count('GetSecretValue') > 0);
    await until('the agent serves', async () => (await ask(here.url('/live'))).status === 200);
    agent.child.kill('SIGTERM');
    assert.equal(await agent.ended, 0, agent.stderr());
  });

  for (const [which, script] of [
    ['hangs', 'echo $$ > PID; exec sleep 1000'],
    ['hangs and ignores SIGTERM', 'trap "" TERM; echo $$ > PID; while :; do sleep 1; done'],
  ] as const) {
    it(`run ends although a hook ${which}, and the hook ends with it`, async () => {
      rotate('here');
      const pidFile = join(here.dir, 'pid');
      const reload = [shell(script.replace('PID', pidFile))];
      writeDelivery({ externalSecrets: ['db'], firstReload: true, reload });
      agent = keytide(['run', ...here.flags, '--listen', 'off']);
      await until('the hook runs', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
      const pid = Number(readFileSync(pidFile, 'utf8'));
      agent.child.kill('SIGTERM');
      assert.equal(await agent.ended, 0, agent.stderr());
      await until('the hook is gone', () => !isRunning(pid));
    });
  }

  it('the next agent makes up for the hook that was cut off', async () => {
    rotate('here');
    const [told, let1] = [join(here.dir, 'told'), join(here.dir, 'let')];
    const reload = [shell(`echo $KEYTIDE_GENERATION >> ${told}; test -e ${let1} || exec sleep 1000`)];
    writeDelivery({ externalSecrets: ['db'], firstReload: true, reload });
    agent = keytide(['run', ...here.flags, '--listen', 'off']);
    await until('the hook runs', () => existsSync(told));
    agent.child.kill('SIGTERM');
    assert.equal(await agent.ended, 0, agent.stderr());
    writeFileSync(let1, '');
    agent = keytide(['run', ...here.flags, '--listen', 'off', '--exit-after-first']);
    assert.equal(await agent.ended, 0, agent.stderr());
    assert.equal(readFileSync(told, 'utf8'), '1\n1\n');
  });
});

/** A zombie that nobody has waited for yet runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
