import { readFileSync } from 'node:fs';

/** What Linux says of a process, in ms of processor and MiB. */
export interface ProcessUsage {
  readonly cpuMs: number;
  /** Resident, with what it shares with others. */
  readonly rss: number;
  /** The most that was ever resident. */
  readonly peak: number;
  /** Resident and its own: what a further pod on the node pays. */
  readonly anonymous: number;
}

/** Linux counts in /proc in hundredths of a second, whatever the kernel's own tick is. */
const msPerTick = 10;

export function processUsage(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  const [user, system] = timesIn(pid);
  return { cpuMs: (user + system) * msPerTick, rss: mib('VmRSS'), peak: mib('VmHWM'), anonymous: mib('RssAnon') };
}

/** Of all children that this process has had and that have ended. */
export function endedChildrenCpuMs(): number {
  const [, , user, system] = timesIn('self');
  return (user + system) * msPerTick;
}

/** utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5). The second, the name, may hold anything but ends with the last `)`. */
function timesIn(pid: number | 'self'): readonly [number, number, number, number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return [user, system, childUser, childSystem];
}
