import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist } from '../../build/dist.ts';
import { imageConfig } from '../../build/image-config.ts';
import { assembleImageRoot } from '../../build/image-root.ts';

/**
 * `npm run test:cluster`: the pods of deploy/ in a real Kubernetes on this machine.
 *
 * KEYTIDE_CLUSTER_SCRIPTS names a directory with `cluster.sh up|exec COMMAND|down` (a single node at 10.200.0.1, its
 * images imported from $K8S_IMAGES/*.tar), `mkimage.sh REF ROOT CONFIG OUT`, `build.sh` and `images.sh`. KEYTIDE_CLUSTER
 * is where those keep what they built. Needs root and Linux, and Go for the Vault of vault.test.ts, unless it was built before.
 * Arguments name tests: `npm run test:cluster -- vault`. Without the scripts nothing is tested, and that is no failure.
 */
const scripts = process.env['KEYTIDE_CLUSTER_SCRIPTS'] ?? '';
const repository = join(import.meta.dirname, '../..');
const built = process.env['KEYTIDE_CLUSTER'] ?? join(homedir(), '.cache/keytide-cluster');

if (!existsSync(join(scripts, 'cluster.sh')) || process.getuid?.() !== 0) {
  console.log(
    'No cluster to test on: it needs root, and KEYTIDE_CLUSTER_SCRIPTS with the scripts that bring one up (docs in test/cluster/run.ts).',
  );
  process.exit(0);
}

if (!existsSync(join(built, 'bin/hyperkube'))) console.log('Building Kubernetes first: 12 to 18 minutes, once.');
if (!existsSync(join(built, 'bin/hyperkube'))) script('build.sh', [], 60);
if (!existsSync(join(built, 'images/node.tar'))) script('images.sh', [], 10);

const work = mkdtempSync(join(tmpdir(), 'keytide-cluster-'));
const environment = {
  ...{ K8S_DIR: join(work, 'state'), K8S_CGROUP: 'keytide-test', K8S_IMAGES: join(work, 'images') },
  KEYTIDE_VAULT: execFileSync(join(repository, 'test/servers/vault/build.sh'), { encoding: 'utf8' }).trim(),
};
try {
  await makeImages();
  script('cluster.sh', ['up'], 5);
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const wanted = process.argv.slice(2);
  const names = tests.filter((name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)));
  const files = names.map((name) => join(import.meta.dirname, name));
  process.exitCode = script(
    'cluster.sh',
    ['exec', process.execPath, '--test', '--test-concurrency=1', '--test-reporter=spec', ...files],
    15,
    'may fail',
  );
} finally {
  script('cluster.sh', ['down'], 1, 'may fail');
  rmSync(work, { recursive: true, force: true });
}

/** The agent's image from a fresh build; pause and the app's image from where images.sh put them. */
async function makeImages(): Promise<void> {
  const [dist, root, images] = [join(work, 'dist'), join(work, 'root'), environment.K8S_IMAGES];
  await buildDist(repository, dist);
  await assembleImageRoot(dist, root);
  mkdirSync(images);
  for (const name of ['pause.tar', 'node.tar']) symlinkSync(join(built, 'images', name), join(images, name));
  script('mkimage.sh', ['docker.io/library/keytide:0.1.0', root, JSON.stringify(imageConfig), join(images, 'keytide.tar')], 2);
  rmSync(root, { recursive: true });
}

function script(
  name: string,
  args: readonly string[],
  minutes: number,
  failure: 'ends the test' | 'may fail' = 'ends the test',
): number {
  const env = { ...process.env, ...environment, KEYTIDE_CLUSTER: built };
  const { status, signal } = spawnSync(join(scripts, name), args, {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: minutes * 60_000,
  });
  if (status !== 0 && failure === 'ends the test') throw new Error(`${name} ${args[0] ?? ''} ended with ${status ?? signal}`);
  return status ?? 1;
}
