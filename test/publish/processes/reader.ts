/**
 * A reader in a process of its own: reads the pair `user` and `password` as often as asked, and tells how often they didn't belong
 * together (torn) or weren't there (missing). Arguments: delivery directory, how, number of reads.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';

const [directory = '', how = '', count = ''] = process.argv.slice(2);
const asDirectory = fs.constants.O_RDONLY | fs.constants.O_DIRECTORY;
const seen = new Set<string>();
const result = { reads: 0, torn: 0, missing: 0, generations: 0 };

for (; result.reads < Number(count); result.reads += 1) {
  try {
    const [user, password] = how === 'one file' ? oneFile() : pair();
    if (user !== password) result.torn += 1;
    seen.add(user);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    result.missing += 1;
  }
}
result.generations = seen.size;
console.log(JSON.stringify(result));

/** Both files through one directory handle: of `..data`, or of a directory behind a visible name. */
function pair(): readonly [string, string] {
  const handle = fs.openSync(join(directory, how), asDirectory);
  try {
    const read = (name: string): string => fs.readFileSync(`/proc/self/fd/${handle}/${name}`, 'utf8');
    return [read('user').slice('user-'.length), read('password').slice('password-'.length)];
  } finally {
    fs.closeSync(handle);
  }
}

/** A file through its visible name holds both halves. */
function oneFile(): readonly [string, string] {
  const [user = '', password = 'short'] = fs.readFileSync(join(directory, 'both'), 'utf8').split('\n');
  return [user, password];
}
