import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { imageConfig } from '../../build/image-config.ts';
import { type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';

/** As in the image: Node's permission model is on. */
const nodeFlags = imageConfig.Entrypoint.slice(1, -1);

let here: Place;
let agent: KeytideProcess | undefined;

beforeEach(async () => {
  here = await place();
  mkdirSync(join(here.dir, 'feedback'));
  writeFileSync(join(here.dir, 'secret'), 'hunter2-canary');
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  here.remove();
});

function spec(delivery: string): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { fake: { data: [{ key: db, value: hunter2-canary }] } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db }
spec: { secretStoreRef: { name: store }, data: [{ secretKey: password, remoteRef: { key: db } }] }
---
apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec: { externalSecrets: [db], firstReload: true, ${delivery} }
`;
}

function run(env: Readonly<Record<string, string>> = {}): KeytideProcess {
  const feedback = join(here.dir, 'feedback');
  agent = keytide(['run', ...here.flags, '--feedback', feedback, '--listen', 'off', '--log-format', 'json'], env, nodeFlags);
  return agent;
}

/** The log, a line each. */
function lines({ stderr }: KeytideProcess): readonly Record<string, unknown>[] {
  return stderr()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function says(message: RegExp): boolean {
  return agent !== undefined && lines(agent).some(({ msg }) => message.test(String(msg)));
}

describe('hooks of an agent that runs as in the image', () => {
  it('check, tell and prove with programs that get no secret and nothing of the agent but PATH and HOME', async () => {
    const ack = 'echo $KEYTIDE_GENERATION > {feedback}/{delivery}.ack';
    here.write(
      'spec.yaml',
      spec(`check: { exec: [env] }, reload: [{ exec: { command: [sh, -c, "${ack}"] } }],
  verify: { steps: [{ ackFile: {} }, { exec: { command: [grep, -q, hunter2, "{dir}/password"] } }] }`),
    );
    const running = run({ HOME: '/', AWS_SECRET_ACCESS_KEY: 'not for hooks' });
    await until('the app has it', () => says(/^acknowledged$/));
    assert.match(here.read('web/password'), /hunter2/);
    const check = lines(running).find(({ msg }) => msg === 'check passed');
    const names = String(check?.['output']).matchAll(/^(\w+)=/gm);
    assert.deepEqual([...names].map(([, name]) => name).toSorted(), [
      'HOME',
      'KEYTIDE_DELIVERY',
      'KEYTIDE_DIR',
      'KEYTIDE_GENERATION',
      'PATH',
    ]);
    assert.doesNotMatch(running.stderr(), /hunter2|not for hooks|NODE_OPTIONS|Warning/);
  });

  it('can not have programs when the spec had none at the start, and say what to do', async () => {
    here.write('spec.yaml', spec('reload: [{ touch: { path: "{feedback}/reload" } }]'));
    run();
    await until('the app was told', () => says(/^acknowledged$/));
    here.write(
      'spec.yaml',
      spec('keepPrevious: 1s, reload: [{ exec: { command: ["true"] } }], verify: { steps: [{ exec: { command: ["true"] } }] }'),
    );
    await until('status is written', () => existsSync(join(here.root, '.keytide/status.json')));
    await until('the operator is told', () => says(/can not be started before the pod is restarted/));
  });
});
