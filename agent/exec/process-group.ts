import { readdirSync, readFileSync } from 'node:fs';

/** `process.kill`: with the negative of a PID for a group, with 0 to ask whether it is there. */
export type Kill = (pid: number, signal: NodeJS.Signals | 0) => unknown;

/** False when there is no such group any more. */
export function signalGroup(group: number, signal: NodeJS.Signals, kill: Kill): boolean {
  try {
    kill(-group, signal);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether somebody of the group still runs. The kernel counts zombies in, and where process 1 doesn't reap they stay for good: whom /proc
 * shows as one is gone. A /proc that shows nobody of the group (hidepid, or none) decides nothing.
 */
export function isGroupAlive(group: number, kill: Kill): boolean {
  try {
    kill(-group, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const states = statesOf(group);
  return states.length === 0 || states.some((state) => state !== 'Z' && state !== 'X');
}

/** proc_pid_stat(5): `pid (name) state ppid pgrp`; a name may hold anything. */
function statesOf(group: number): readonly string[] {
  return pids().flatMap((pid) => {
    const [state = '', , ofGroup] = statOf(pid).split(' ');
    return Number(ofGroup) === group ? [state] : [];
  });
}

function pids(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return [];
  }
}

/** What stands after the name; nothing for one that has just gone. */
function statOf(pid: string): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(') ') + 2);
  } catch {
    return '';
  }
}
