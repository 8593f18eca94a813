import { join, resolve } from 'node:path';
import { assembleImageRoot } from './image-root.ts';

/** `node build/assemble.ts ROOT`: the image's root directory from dist/, for Dockerfile. */
const [root] = process.argv.slice(2);
if (!root) throw new Error('usage: node build/assemble.ts ROOT');
await assembleImageRoot(join(import.meta.dirname, '../dist'), resolve(root));
