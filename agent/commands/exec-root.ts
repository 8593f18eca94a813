import { accessSync, constants, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OpenDirectory } from '../publish/open-directory.ts';
import { removeTree } from '../publish/remove-tree.ts';
import { type AgentOptions, agentOptions, type Option } from './options.ts';

export interface ExecRoot {
  readonly options: AgentOptions;
  /** Takes away what was made only for this run. */
  readonly remove: () => void;
}

const table: readonly Option[] = agentOptions;
const usualRoot = table.find(({ flag }) => flag === 'root')?.default;

/**
 * On a laptop there is no /run/keytide, and mostly no right to make one. Unless --root says where, files then go to a directory of this run
 * alone: in memory where there is some for everyone.
 */
export function execRoot(options: AgentOptions, env: Readonly<Record<string, string | undefined>>): ExecRoot {
  if (options.root !== usualRoot || existsSync(options.root)) return { options, remove: () => undefined };
  const memory = [env['XDG_RUNTIME_DIR'], '/dev/shm'].find((path) => path !== undefined && mayWrite(path));
  const dir = mkdtempSync(join(memory ?? tmpdir(), 'keytide-'));
  const place = { root: join(dir, 'volume'), private: join(dir, 'private'), isPrivateGiven: true };
  return { options: { ...options, ...place }, remove: () => remove(dir) };
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function remove(dir: string): void {
  const parent = OpenDirectory.open(dirname(dir));
  try {
    removeTree(parent, basename(dir));
  } finally {
    parent.close();
  }
}
