import { readdirSync, readFileSync } from 'node:fs';

/** A living process as /proc shows it to everyone. Its arguments may hold secrets: they are matched, never shown. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** When it started, in clock ticks (1/100 s) since boot: with the PID it names one process for ever. */
  readonly startTicks: number;
  /** The kernel's name of it, cut to 15 bytes. */
  readonly comm: string;
  readonly isKernelThread: boolean;
  /** Empty for kernel threads. */
  readonly args: readonly string[];
}

/**
 * All processes that can be seen, zombies left out. One that ends while we read is left out, too. /proc answers from memory: to read its
 * small files in one go takes a tenth of the time that it takes through the pool of threads.
 */
export function readProcesses(procRoot: string): readonly ProcessInfo[] {
  const processes: ProcessInfo[] = [];
  for (const name of readdirSync(procRoot)) {
    if (!/^[1-9][0-9]*$/.test(name)) continue;
    const found = readProcess(procRoot, Number(name));
    if (found) processes.push(found);
  }
  return processes;
}

/** Undefined when there is no such process, or it is a zombie. */
function readProcess(procRoot: string, pid: number): ProcessInfo | undefined {
  try {
    const stat = parseStat(readFileSync(`${procRoot}/${pid}/stat`, 'utf8'));
    if (!stat) return undefined;
    const args = argumentsOf(readFileSync(`${procRoot}/${pid}/cmdline`, 'utf8'));
    return { pid, ...stat, args };
  } catch {
    return undefined; // It ended meanwhile (ENOENT, ESRCH), or /proc is mounted with hidepid: not ours to signal either way.
  }
}

/** True while this very process, and not a later one with its PID, is alive. */
export function isAlive(procRoot: string, { pid, startTicks }: ProcessInfo): boolean {
  return readProcess(procRoot, pid)?.startTicks === startTicks;
}

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const kernelThreadFlag = 0x00200000;

/**
 * /proc/PID/stat (man proc_pid_stat): `pid (comm) state ppid ...`. comm is whatever the program likes, with spaces and
 * parentheses too, so the fields are counted from the last parenthesis. Undefined for a zombie.
 */
function parseStat(text: string): Omit<ProcessInfo, 'pid' | 'args'> | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const [state, parentPid, , , , , flags, ...others] = text.slice(close + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return {
    parentPid: Number(parentPid),
    startTicks: Number(others[12]), // Field 22.
    comm: text.slice(open + 1, close),
    isKernelThread: (Number(flags) & kernelThreadFlag) !== 0,
  };
}

/** Each argument ends with a NUL; a program that wrote a title over them may have left none, or many. */
function argumentsOf(cmdline: string): readonly string[] {
  const text = cmdline.replace(/\0+$/, '');
  return text === '' ? [] : text.split('\0');
}
