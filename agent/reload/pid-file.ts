import { readFile, stat } from 'node:fs/promises';
import { AgentError } from '../core/agent-error.ts';
import type { ProcessInfo } from './process-table.ts';

/** A pid file as it was read. */
export interface PidFile {
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly writtenAtMs: number;
}

/**
 * The PID on the file's first line (PostgreSQL writes more lines below). Undefined while the file doesn't exist or is
 * empty: its program is still starting. Throws RELOAD_FAILED when it can't be read or isn't a number.
 */
export async function readPidFile(path: string): Promise<PidFile | undefined> {
  const file = await contentOf(path);
  const line = file?.text.split('\n', 1)[0]?.trim() ?? '';
  if (!file || line === '') return undefined;
  if (!/^[1-9][0-9]{0,9}$/.test(line)) {
    throw new AgentError('RELOAD_FAILED', `pid file ${path} does not begin with a process number`, {
      hint: "Name the file that the app writes its process number to, as the agent's container sees it.",
    });
  }
  return { pid: Number(line), writtenAtMs: file.writtenAtMs };
}

/** Wall clocks are set once in a while; a difference below this says nothing. */
const slackMs = 60_000;

/**
 * True when the process started after the file was written: then the file is left over from an earlier run (it outlives
 * the pod's sandbox on an emptyDir) and its number names somebody else now.
 */
export async function isStale(file: PidFile, app: ProcessInfo, procRoot: string): Promise<boolean> {
  const bootedAtSeconds = /^btime ([0-9]+)$/m.exec(await readFile(`${procRoot}/stat`, 'utf8'))?.[1];
  if (bootedAtSeconds === undefined) return false;
  const startedAtMs = Number(bootedAtSeconds) * 1000 + app.startTicks * 10; // USER_HZ is 100 on every Linux.
  return startedAtMs > file.writtenAtMs + slackMs;
}

async function contentOf(path: string): Promise<{ readonly text: string; readonly writtenAtMs: number } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { text: await readFile(path, 'utf8'), writtenAtMs: mtimeMs };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AgentError('RELOAD_FAILED', `pid file ${path} can't be read`, {
      cause,
      hint: "Mount the directory of the pid file in the agent's container, readable for the agent.",
    });
  }
}
