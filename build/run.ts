import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDist } from './dist.ts';

/** `npm run build`: dist/. */
const repository = join(import.meta.dirname, '..');
const dist = join(repository, 'dist');
const chunks = await buildDist(repository, dist);
const sizes = await Promise.all((await readdir(dist)).map(async (name) => (await stat(join(dist, name))).size));
const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
console.log(`dist/keytide.cjs and ${chunks.length} chunks: ${kilobytes} KiB, compiled code included`);
