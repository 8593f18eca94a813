import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The root directory of the image: /keytide, which holds everything and can be copied into another image, and around it
 * what a dynamic program needs of a system. Dockerfile, the tests and the cluster test all come through here.
 *
 * @param dist what `npm run build` made, with this very Node: its compiled code fits no other
 * @param root is replaced
 * @param node the binary to put in; the one that runs this
 */
export async function assembleImageRoot(dist: string, root: string, node: string = process.execPath): Promise<void> {
  const keytide = join(root, 'keytide');
  await rm(root, { recursive: true, force: true });
  await cp(dist, keytide, { recursive: true });
  await copyFile(node, join(keytide, 'node'));
  await chmod(join(keytide, 'node'), 0o755);
  await strip(join(keytide, 'node'));
  await copyLibraries(node, root);
  for (const path of mountPoints) await mkdir(join(root, path), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/\nkeytide:x:65532:65532::/:/\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nkeytide:x:65532:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

/** They exist so that a read-only root can be mounted upon. */
const mountPoints = [
  'dev',
  'etc/keytide',
  'etc/keytide-configmaps',
  'etc/keytide-credentials',
  'etc/podinfo',
  'proc',
  'run/keytide',
  'run/keytide-feedback',
  'run/keytide-private',
  'sys',
  'tmp',
  'var/run/secrets/keytide',
];

/** Symbols are a sixth of the binary. Without binutils it works as well, so their absence is no failure. */
async function strip(file: string): Promise<void> {
  await run('strip', ['--strip-all', file]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    console.error('strip is missing (binutils): the image will be 18 MB larger');
  });
}

/**
 * glibc and what else Node links, in /keytide/lib, with links at the places where the loader looks. An image without
 * glibc that got /keytide copied into it starts `/keytide/lib/ld-linux-*.so.* --library-path /keytide/lib /keytide/node`.
 */
async function copyLibraries(node: string, root: string): Promise<void> {
  const lib = join(root, 'keytide/lib');
  await mkdir(lib, { recursive: true });
  const { stdout } = await run('ldd', [node]);
  const linked = [...stdout.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path);
  const loader = /^\s*(\/\S*ld-linux\S*)/m.exec(stdout)?.[1];
  const libc = linked.find((path) => basename(path).startsWith('libc.'));
  if (!loader || !libc) throw new Error(`ldd names no loader or no libc for ${node}:\n${stdout}`);
  for (const path of [...linked, loader]) await copyFile(path, join(lib, basename(path)));
  await chmod(join(lib, basename(loader)), 0o755);
  await linkTo(`/keytide/lib/${basename(loader)}`, join(root, loader));
  await linkTo('/keytide/lib', join(root, dirname(libc)));
}

async function linkTo(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}
