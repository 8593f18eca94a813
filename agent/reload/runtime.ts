import { readFile, readlink } from 'node:fs/promises';
import { isGoBinary } from './go-binary.ts';
import type { ProcessInfo } from './process-table.ts';
import { lastPart } from './script-argument.ts';

/**
 * What runs a process, as far as signals go. `unknown`: we may not look into it (another UID), so only its signal mask
 * speaks for it.
 */
export type Runtime = 'Go' | 'Java' | 'Ruby' | 'Node.js' | 'other' | 'unknown';

/** By its executable, which only the same UID may look into; else by its name. */
export async function runtimeOf(procRoot: string, app: ProcessInfo): Promise<Runtime> {
  const named = runtimeByName(lastPart(app.args[0] ?? '')) ?? runtimeByName(app.comm);
  if (named) return named;
  try {
    const dir = `${procRoot}/${app.pid}`;
    const byExecutable = runtimeByName(lastPart(await readlink(`${dir}/exe`)));
    if (byExecutable) return byExecutable;
    if (await isGoBinary(`${dir}/exe`)) return 'Go';
    return runtimeByLibraries(await readFile(`${dir}/maps`, 'utf8'));
  } catch {
    return 'unknown';
  }
}

/**
 * Runtimes whose handler proves nothing, with what they do when the program itself has none. Go and Java were measured;
 * Ruby's default is to raise SignalException; Node.js opens its inspector on SIGUSR1.
 */
export function unreliableHandler(runtime: Runtime, signal: NodeJS.Signals): string | undefined {
  switch (runtime) {
    case 'Go':
    case 'Java':
    case 'Ruby':
      return `${runtime} programs catch every signal and end by it unless the program itself handles it`;
    case 'Node.js':
      return signal === 'SIGUSR1' ? 'Node.js opens its debugger on SIGUSR1 unless the program itself handles it' : undefined;
    default:
      return undefined;
  }
}

function runtimeByName(name: string): Runtime | undefined {
  if (/^java$/.test(name)) return 'Java';
  if (/^(ruby|jruby)[0-9.]*$/.test(name)) return 'Ruby';
  if (/^(node|nodejs)$/.test(name)) return 'Node.js';
  return undefined;
}

/** A launcher with a name of its own may have the virtual machine as a library. */
function runtimeByLibraries(maps: string): Runtime {
  if (/\/libjvm\.so/.test(maps)) return 'Java';
  if (/\/libruby[-0-9.]*\.so/.test(maps)) return 'Ruby';
  return /\/libnode\.so/.test(maps) ? 'Node.js' : 'other';
}
