import { existsSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { passedSignals, terminalSignals } from '../exec/passed-signals.ts';
import { reapedMark, reaperScript, reaperShell } from '../exec/reaper.ts';
import type { World } from './world.ts';

/**
 * As process 1, gives that place to a shell that reaps (see exec/reaper.ts), and does not return. Before anything else is loaded:
 * it is loaded once more below the shell. Returns where there is no shell: what the program leaves then stays until the container ends.
 */
export function becomeReaped({ env, itself }: World): void {
  if (!itself.become || !itself.mayStartPrograms || !existsSync(reaperShell)) return;
  const passed = isatty(0) ? passedSignals.filter((signal) => !terminalSignals.includes(signal)) : passedSignals;
  const own = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  itself.become(reaperShell, ['sh', '-c', reaperScript(passed), 'keytide', ...itself.command], {
    ...Object.fromEntries(own),
    [reapedMark]: '1',
  });
}

/** Our environment as the container was given it: a shell between drops names that it doesn't like, and adds its own. */
export function environmentBefore({ env, itself }: World): Readonly<Record<string, string | undefined>> {
  if (env[reapedMark] === undefined || itself.parentPid !== 1) return env;
  try {
    const lines = readFileSync('/proc/1/environ', 'utf8').split('\0');
    const pairs = lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    });
    return Object.fromEntries(pairs);
  } catch {
    return env; // Not for us to read: what the shell left of it must do.
  }
}
