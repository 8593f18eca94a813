/** What the image says about itself; Dockerfile says the same (a test compares the two). */
export const imageConfig = {
  /**
   * Node's permission model: no addons, no workers, no WASI. Files stay whole, because fs.symlink asks for all of them; read-only root and
   * mounts confine those. Programs of hooks and of `exec` may be started; the agent gives that right up where there are none, and needs no
   * warning about it (PERM0002).
   */
  Entrypoint: [
    '/keytide/node',
    '--permission',
    '--allow-fs-read=*',
    '--allow-fs-write=*',
    '--allow-child-process',
    '--disable-warning=PERM0002',
    '/keytide/keytide.cjs',
  ],
  Cmd: ['run'],
  User: '65532:65532',
  Env: ['PATH=/keytide', 'HOME=/'],
  WorkingDir: '/',
} as const;
