/** What the image says about itself; Dockerfile says the same (a test compares the two). */
export const imageConfig = {
  /**
   * Node's permission model: no child processes, no addons, no workers, no WASI. Files stay whole, because fs.symlink
   * asks for all of them; read-only root and mounts confine those.
   */
  Entrypoint: ['/keytide/node', '--permission', '--allow-fs-read=*', '--allow-fs-write=*', '/keytide/keytide.cjs'],
  Cmd: ['run'],
  User: '65532:65532',
  Env: ['PATH=/keytide', 'HOME=/'],
  WorkingDir: '/',
} as const;
