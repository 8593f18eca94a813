import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, type Chunk } from './bundle.ts';
import { compileAhead } from './code-cache.ts';
import { thirdPartyNotices } from './third-party.ts';

/**
 * Writes all that the agent needs at run time but Node itself.
 *
 * @param repository where agent/main.ts and node_modules are
 * @param dist is replaced
 * @returns the chunks, for tests that ask what is in which
 */
export async function buildDist(repository: string, dist: string): Promise<readonly Chunk[]> {
  const chunks = await bundle(repository, process.env['KEYTIDE_COMMIT'] || checkedOutCommit(repository));
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  for (const chunk of chunks) await writeFile(join(dist, chunk.name), chunk.text);
  await cp(join(import.meta.dirname, 'loader.cjs'), join(dist, 'keytide.cjs'));
  await chmod(join(dist, 'keytide.cjs'), 0o755);
  await cp(join(repository, 'templates'), join(dist, 'templates'), { recursive: true });
  await cp(join(repository, 'LICENSE'), join(dist, 'LICENSE'));
  const inputs = chunks.flatMap((chunk) => chunk.inputs);
  await writeFile(join(dist, 'THIRD-PARTY.txt'), thirdPartyNotices(repository, inputs));
  await compileAhead(dist);
  return chunks;
}

/** Undefined outside a git checkout: in Dockerfile, which is told by a build argument. */
function checkedOutCommit(repository: string): string | undefined {
  try {
    return execFileSync('git', ['-C', repository, 'rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
