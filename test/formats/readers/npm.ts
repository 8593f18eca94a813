import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Fields, WrittenFile } from '../row.ts';

/** What npm would send to the registry with each file, by the parts of npm that find it. */
export async function readWithNpm(files: readonly WrittenFile[]): Promise<readonly Fields[]> {
  const npmPath = join(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()), '../..');
  const require = createRequire(join(npmPath, 'package.json'));
  const own = '@npmcli/config'; // Not a dependency of ours.
  const Config = require(own);
  const { definitions, shorthands, flatten } = require(`${own}/lib/definitions`);
  const found: Fields[] = [];
  for (const { path, fields } of files) {
    const env = {
      npm_config_userconfig: path,
      npm_config_globalconfig: '/nowhere',
      HOME: '/nowhere',
      x: 'expanded',
      X: 'expanded',
    };
    const world = { npmPath, argv: ['node', 'npm'], env, cwd: join(path, '..'), execPath: '/nowhere/node', platform: 'linux' };
    const config = new Config({ definitions, shorthands, flatten, ...world });
    await config.load();
    const { auth: _, ...credentials } = config.getCredentialsByURI(fields['registry']);
    const scoped = config.get('@team:registry');
    found.push({ registry: scoped ?? config.get('registry'), ...credentials });
  }
  return found;
}
