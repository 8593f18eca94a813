import { chmod, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { compileAhead } from './code-cache.ts';
import { thirdPartyNotices } from './third-party.ts';

/** `npm run build`: dist/ with all that the agent needs at run time but Node itself. */
const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');

const chunks = await bundle(repository);
await rm(dist, { recursive: true, force: true });
await mkdir(dist);
for (const chunk of chunks) await writeFile(join(dist, chunk.name), chunk.text);
await cp(join(import.meta.dirname, 'loader.cjs'), join(dist, 'keytide.cjs'));
await chmod(join(dist, 'keytide.cjs'), 0o755);
await cp(join(repository, 'LICENSE'), join(dist, 'LICENSE'));
await writeFile(
  join(dist, 'THIRD-PARTY.txt'),
  thirdPartyNotices(
    repository,
    chunks.flatMap((chunk) => chunk.inputs),
  ),
);
await compileAhead(dist);

const names = await readdir(dist);
const sizes = await Promise.all(names.map(async (name) => (await stat(join(dist, name))).size));
const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
console.log(`dist/keytide.cjs and ${chunks.length} chunks; ${kilobytes} KiB with their compiled code`);
