import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of the packages whose files are in a bundle, in one text.
 *
 * @param inputs paths of bundled files, relative to `repository`
 */
export function thirdPartyNotices(repository: string, inputs: Iterable<string>): string {
  const packages = new Set([...inputs].flatMap((path) => packageDirectory(path) ?? []));
  const notices = [...packages].sort().map((directory) => notice(join(repository, directory)));
  return ['The files of this directory contain code of the following packages.', ...notices].join(`\n\n${'-'.repeat(80)}\n`);
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` -> `node_modules/a/node_modules/@b/c`; undefined for files of ours. */
function packageDirectory(path: string): string | undefined {
  return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function notice(directory: string): string {
  const { name, version, license }: Record<string, unknown> = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).filter(
    (file) => /^(licen[cs]e|notice|copying)/i.test(file) && existsSync(join(directory, file)),
  );
  if (files.length === 0 && typeof license !== 'string') throw new Error(`${directory} names no licence`);
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}
