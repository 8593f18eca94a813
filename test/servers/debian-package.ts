import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from './one-at-a-time.ts';

export type Extracted =
  | { readonly kind: 'extracted'; readonly at: string }
  | { readonly kind: 'unavailable'; readonly why: string };

/**
 * A package of Debian with what it needs that this machine doesn't have, unpacked below the cache: nothing is installed, so nothing of it
 * starts by itself, and nobody must be root. `proof` is a path in the package.
 */
export function extractPackage(cache: string, name: string, proof: string): Extracted {
  const at = join(cache, name);
  if (existsSync(at)) return { kind: 'extracted', at };
  return oneAtATime(cache, () => extract(at, name, proof));
}

function extract(at: string, name: string, proof: string): Extracted {
  if (existsSync(at)) return { kind: 'extracted', at };
  const draft = `${at}.${process.pid}`;
  mkdirSync(join(draft, 'archives/partial'), { recursive: true });
  try {
    const why = fetch(draft, name) ?? unpack(draft, name, proof);
    if (why !== undefined) return { kind: 'unavailable', why };
    renameSync(draft, at);
    return { kind: 'extracted', at };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What is wrong, if so. */
function fetch(draft: string, name: string): string | undefined {
  const options = ['-y', '-q', '-o', 'Debug::NoLocking=true', '-o', `Dir::Cache::archives=${join(draft, 'archives')}`];
  const install = () =>
    spawnSync('apt-get', ['install', '--no-install-recommends', '--download-only', ...options, name], { encoding: 'utf8' });
  if (install().status === 0) return undefined;
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' }); // A new image has no lists.
  const again = install();
  return again.status === 0
    ? undefined
    : `apt-get has no ${name} here (${again.error?.message ?? again.stderr.trim().split('\n').at(-1)})`;
}

function unpack(draft: string, name: string, proof: string): string | undefined {
  const archives = readdirSync(join(draft, 'archives')).filter((file) => file.endsWith('.deb'));
  for (const archive of archives) {
    const { status } = spawnSync('dpkg-deb', ['-x', join(draft, 'archives', archive), draft], { stdio: 'ignore' });
    if (status !== 0) return `dpkg-deb can't unpack ${archive}`;
  }
  rmSync(join(draft, 'archives'), { recursive: true });
  return existsSync(join(draft, proof)) ? undefined : `the package ${name} is here already, but not as files of ours`;
}
