import { constants } from 'node:os';

/**
 * Process 1 of a container must reap what its children leave: orphans become its children. Node reaps only what it started itself
 * (libuv waits for its own PIDs, one by one), and nothing in JavaScript waits for others; measured, they stay as zombies. A shell waits for
 * all. So where the agent is process 1, it replaces itself by a shell that starts it again, passes signals on and ends as it ends:
 * docs/decisions/0008-reaping.md.
 *
 * Passes on what `wait` says: 128 + n for signal n. `wait` returns early for a signal that has a trap, hence the loop; bash has reaped
 * the child by then and remembers how it ended, dash and busybox have not.
 */
export function reaperScript(signals: readonly NodeJS.Signals[]): string {
  const traps = signals.map((signal) => {
    const name = signal.replace(/^SIG/, '');
    const early = name === 'TERM' || name === 'INT' || name === 'QUIT' ? `exit ${128 + constants.signals[signal]}` : ':';
    return `trap 'if [ -n "$child" ]; then kill -${name} $child; else ${early}; fi' ${name}`;
  });
  return `child=
${traps.join('\n')}
exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
wait $child; code=$?
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
if [ $code -gt 128 ]; then wait $child 2>/dev/null; again=$?; [ $again -eq 127 ] || code=$again; fi
exit $code`;
}

/** Where every image with a shell has one. */
export const reaperShell = '/bin/sh';

/** Tells the agent below the shell that its parent is one, and that /proc/1/environ has the environment as it was: shells change it. */
export const reapedMark = 'KEYTIDE_REAPED';
