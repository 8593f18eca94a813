import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { imageConfig } from '../../build/image-config.ts';
import { assembleImageRoot } from '../../build/image-root.ts';
import { removeVolume } from '../../build/remove-volume.ts';
import { repository } from '../house/source-files.ts';
import { type Built, build, type Ended, ended, fakeSpec, has } from './built.ts';

test('Dockerfile starts the image as build/image-config.ts says', () => {
  const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
  const list = (instruction: string): unknown =>
    JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(dockerfile)?.[1] ?? 'null');
  assert.deepEqual(list('ENTRYPOINT'), imageConfig.Entrypoint);
  assert.deepEqual(list('CMD'), imageConfig.Cmd);
  assert.match(dockerfile, new RegExp(`^USER ${imageConfig.User}$`, 'm'));
  assert.match(dockerfile, new RegExp(`^ENV ${imageConfig.Env.join(' ')}$`, 'm'));
});

test('.dockerignore lets in what the build reads', () => {
  const rules = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
  for (const path of ['agent', 'build', 'templates', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE']) {
    assert.ok(rules.includes(`!${path}`), path);
  }
});

const cannot = cannotChroot();

/** The image without Docker: its root directory, mounted read-only, entered as its user. */
suite('the assembled image', { skip: cannot }, () => {
  let built: Built;
  let work: string;
  let root: string;

  before(async () => {
    work = mkdtempSync(join(tmpdir(), 'keytide-root-'));
    root = join(work, 'root');
    built = await build();
    await assembleImageRoot(built.dist, root);
    writeFileSync(join(root, 'etc/keytide/spec.yaml'), fakeSpec);
  });

  after(() => {
    built?.remove();
    removeVolume(work);
  });

  /** Runs `args` as the image's entrypoint would be run in a pod: read-only root, tmpfs volumes, no capabilities, its user. */
  function inImage(args: readonly string[], then = ''): Promise<Ended> {
    const command = [...imageConfig.Entrypoint.slice(0, -1), ...args].map((word) => `'${word}'`).join(' ');
    const script = `
      set -e
      mount --bind ${root} ${root}
      mount -o remount,bind,ro ${root}
      mount --rbind /proc ${root}/proc
      mount --rbind /dev ${root}/dev
      for volume in run/keytide run/keytide-private run/keytide-feedback; do
        mount -t tmpfs -o size=8m,mode=1777 none ${root}/$volume
      done
      chroot --userspec=${imageConfig.User} --groups= ${root} ${command}
      ${then}`;
    return ended('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], { PATH: process.env['PATH'] ?? '' });
  }

  const keytide = imageConfig.Entrypoint.at(-1) ?? '';

  test('holds one directory with everything, not writable for its user', () => {
    for (const path of ['node', 'keytide.cjs', 'main.cjs', 'LICENSE', 'THIRD-PARTY.txt', 'lib']) {
      assert.ok(existsSync(join(root, 'keytide', path)), path);
      assert.equal(statSync(join(root, 'keytide', path)).mode & 0o022, 0, path);
    }
  });

  test('delivers with a read-only root, as 65532, onto tmpfs', async () => {
    const volume = `${root}/run/keytide/database`;
    const look = `cat ${volume}/password; stat -Lc ' %a %u %g' ${volume}/password; readlink ${volume}/..data`;
    const { code, stdout, stderr } = await inImage([keytide, 'init', '--log-level', 'error'], look);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^correct horse 440 65532 65532\n\.\.g1_\d{4}_\d\d_\d\d_/m);
  });

  test('cannot write to its root, start threads or load addons, nor programs once that right is given up', async () => {
    const attempts = `
      const attempt = (what, deed) => { try { deed(); return what + ': done'; } catch (error) { return what + ': ' + error.code; } };
      console.log([
        attempt('write', () => require('node:fs').writeFileSync('/keytide/main.cjs', '')),
        attempt('child', () => require('node:child_process').spawnSync('/keytide/node', ['-v'])),
        attempt('drop', () => process.permission.drop('child')),
        attempt('child', () => require('node:child_process').spawnSync('/keytide/node', ['-v'])),
        attempt('worker', () => new (require('node:worker_threads').Worker)('0', { eval: true })),
        attempt('addon', () => process.dlopen({ exports: {} }, '/keytide/lib/libm.so.6')),
      ].join('\\n'));`;
    const { stdout, stderr } = await inImage(['-e', attempts.replaceAll("'", '"')]);
    assert.equal(
      stdout,
      [
        ...['write: EROFS', 'child: done', 'drop: done', 'child: ERR_ACCESS_DENIED', 'worker: ERR_ACCESS_DENIED'],
        ...['addon: ERR_DLOPEN_DISABLED', ''],
      ].join('\n'),
      stderr,
    );
  });

  test('runs the tools of an app whose image it was copied into, as checks', async () => {
    const shell = '/tools/sh';
    mkdirSync(join(root, 'tools'));
    copyFileSync('/bin/sh', join(root, shell));
    // What of its libraries the image doesn't hold already: its own tools would bring them.
    for (const path of librariesOf('/bin/sh')) {
      const at = join(root, 'keytide/lib', basename(path));
      if (!existsSync(at)) copyFileSync(path, at);
    }
    mkdirSync(join(root, 'etc/with-tools'));
    writeFileSync(join(root, 'etc/with-tools/spec.yaml'), `${fakeSpec}---\n${checkedBy(shell)}`);
    const seen = `cat ${root}/run/keytide-feedback/seen ${root}/run/keytide/database/password`;
    const { code, stdout, stderr } = await inImage([keytide, 'init', '--spec', '/etc/with-tools', '--log-level', 'error'], seen);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(stdout, 'yes\ncorrect horse');
  });

  test('says its version without any volume', async () => {
    const { code, stdout } = await inImage([keytide, 'version']);
    assert.equal(code, 0);
    assert.match(stdout, /\d+\.\d+\.\d+/);
  });

  test('runs where there is no glibc, through the loader it brings', async () => {
    const loader = `keytide/lib/${readdirSync(join(root, 'keytide/lib')).find((name) => name.startsWith('ld-linux'))}`;
    const bare = join(work, 'bare');
    const script = `set -e; mkdir ${bare}; cp -r ${root}/keytide ${bare}/; chroot ${bare} /${loader} --library-path /keytide/lib /keytide/node ${keytide} version`;
    const { code, stdout, stderr } = await ended('sh', ['-c', script], { PATH: process.env['PATH'] ?? '' });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\d+\.\d+\.\d+/);
  });
});

/** A Delivery whose check looks at a staged file. */
function checkedBy(shell: string): string {
  const script =
    'read -r text < "$KEYTIDE_DIR/password" || true; test "$text" = "correct horse" && echo yes > /run/keytide-feedback/seen';
  return `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: database }
spec:
  externalSecrets: [database]
  check: { exec: ${JSON.stringify([shell, '-c', script])} }
`;
}

/** With the loader, as the dynamic linker finds them. */
function librariesOf(program: string): readonly string[] {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...said.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

function cannotChroot(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux: it mounts and changes root';
  const missing = ['unshare', 'mount', 'chroot', 'ldd'].filter((tool) => !has(tool));
  return missing.length > 0 && `needs ${missing.join(', ')}`;
}
