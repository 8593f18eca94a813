import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { repository } from '../house/source-files.ts';
import { appGone, containerIdentities, eventually, kubectl, namespaceReady, onlyPod } from './kubectl.ts';
import { type Moto, startMoto } from './moto.ts';

const deploy = join(repository, 'deploy');
const node = '10.200.0.1';
let moto: Moto;

/** A file of deploy/ as a reader would adapt it: an image for the app, and the address of what stands for AWS. */
function adapted(file: string): string {
  return readFileSync(join(deploy, file), 'utf8')
    .replaceAll('node:24-bookworm-slim', 'local.test/node:24')
    .replaceAll('111122223333', '123456789012') // moto keeps an account's secrets apart, and the test's are in its default one.
    .replaceAll(/^( +)args: \[(init|run)\]$/gm, `$&\n$1env: [{ name: AWS_ENDPOINT_URL, value: "${moto.url}" }]`);
}

before(async () => {
  moto = await startMoto(node);
  await namespaceReady();
});

after(() => moto?.stop());

test('the API server takes every file of deploy/ in its strictest mode, without a warning', () => {
  for (const file of readdirSync(deploy).filter((name) => name.endsWith('.yaml'))) {
    const answer = kubectl(['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '-f', join(deploy, file)]);
    assert.match(answer, /server dry run/, file);
  }
});

for (const [file, directory] of [
  ['native-sidecar.yaml', '/run/keytide/database'],
  ['init-and-sidecar.yaml', '/run/keytide/database'],
  ['replace-secret-volume.yaml', '/etc/database'],
] as const) {
  suite(file, () => {
    const inApp = (...command: readonly string[]): string =>
      kubectl(['exec', `pod/${onlyPod().metadata.name}`, '-c', 'app', '--', ...command]);
    /** PID and start time of the app, as its own container sees it. */
    const appProcess = (): string =>
      inApp(
        'sh',
        '-c',
        'for p in /proc/[0-9]*; do grep -q "^node./app/app.mjs" $p/cmdline && cut -d" " -f1,22 $p/stat; done; true',
      );
    const loads = (): number =>
      kubectl(['logs', onlyPod().metadata.name, '-c', 'app'])
        .split('\n')
        .filter((line) => line.startsWith('loaded ')).length;

    before(async () => {
      await moto.put('app/database', { username: 'app', password: `first-of-${file}` });
      for (const name of ['manifests.yaml', 'app.yaml', file]) kubectl(['apply', '-f', '-'], adapted(name));
    });

    after(async () => {
      await appGone();
    });

    test('under the restricted standard the pod becomes ready, with the files of the delivery', () => {
      try {
        kubectl(['wait', 'deployment/app', '--for=condition=Available', '--timeout=120s']);
      } catch (error) {
        throw new Error(whatThePodSays(), { cause: error });
      }
      assert.equal(inApp('cat', `${directory}/password`), `first-of-${file}`);
      assert.equal(inApp('cat', `${directory}/username`), 'app');
      assert.match(inApp('ls', '-la', `${directory}/`), /password -> \.\.data\/password/);
      assert.equal(loads(), 1);
    });

    test('the app cannot write where the secrets are', () => {
      assert.throws(() => inApp('touch', `${directory}/planted`), /Read-only file system/);
    });

    test('a rotation reaches the running app by a signal from another container, and nothing restarts', async () => {
      const before = containerIdentities(onlyPod());
      const processes = appProcess();
      await moto.put('app/database', { username: 'app', password: `second-of-${file}` });
      kubectl(['annotate', 'pod', '-l', 'app=app', `force-sync=${Date.now()}`, '--overwrite']);
      await eventually('the app loads again', loads, (count) => count === 2);
      assert.equal(inApp('cat', `${directory}/password`), `second-of-${file}`);
      assert.equal(appProcess(), processes);
      assert.deepEqual(containerIdentities(onlyPod()), before);
      for (const container of before) assert.match(container, / restarts=0 /);
    });

    test('the agent ends with the pod, well within its grace', () => {
      const started = Date.now();
      kubectl(['delete', 'pod', onlyPod().metadata.name, '--wait=true']);
      assert.ok(Date.now() - started < 20_000, `took ${Date.now() - started} ms of 30,000`);
    });
  });
}

/** Why a pod does not come up: what an operator would look at. */
function whatThePodSays(): string {
  const { name } = onlyPod().metadata;
  const ask = (args: readonly string[]): string => {
    try {
      return kubectl(args);
    } catch (error) {
      return String(error);
    }
  };
  const describe = ask(['describe', 'pod', name]).split('\n').slice(-80).join('\n');
  return ['the pod does not become ready', describe, ask(['logs', name, '--all-containers', '--prefix', '--tail=40'])].join('\n');
}
