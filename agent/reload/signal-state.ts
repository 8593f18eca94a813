import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';

/** What /proc/PID/status says about users and signals; everyone may read it. */
export interface SignalState {
  readonly uids: { readonly real: number; readonly effective: number; readonly saved: number };
  /** CAP_KILL is in the effective set. */
  readonly mayKillOthers: boolean;
  readonly caught: bigint;
  readonly ignored: bigint;
  readonly blocked: bigint;
}

/** What a process would do with a signal. `ends` is the default action: it has no handler (yet). */
export type Disposition = 'handles' | 'ignores' | 'blocks' | 'ends';

/** Undefined when the process is gone. */
export async function readSignalState(procRoot: string, pid: number): Promise<SignalState | undefined> {
  const text = await readFile(`${procRoot}/${pid}/status`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '0';
  const mask = (name: string): bigint => BigInt(`0x${field(name)}`);
  const [real = 0, effective = 0, saved = 0] = field('Uid').split(/\s+/).map(Number);
  return {
    uids: { real, effective, saved },
    mayKillOthers: ((mask('CapEff') >> capKill) & 1n) === 1n,
    caught: mask('SigCgt'),
    ignored: mask('SigIgn'),
    blocked: mask('SigBlk'),
  };
}

/** capabilities(7): number 5. */
const capKill = 5n;

/** kill(2): the sender's real or effective UID is the target's real or saved one, or it has CAP_KILL. */
export function maySignal(sender: SignalState, target: SignalState): boolean {
  const { real, effective } = sender.uids;
  const theirs = [target.uids.real, target.uids.saved];
  return sender.mayKillOthers || theirs.includes(real) || theirs.includes(effective);
}

/**
 * `blocks`: a program that takes its signals by signalfd looks like this. One that waits in sigwait looks like `ends`: the
 * kernel takes the signals it waits for off its mask meanwhile, so it can't be told from a program that would die.
 */
export function dispositionOf(state: SignalState, signal: NodeJS.Signals): Disposition {
  const bit = BigInt(constants.signals[signal] - 1);
  const isSet = (mask: bigint): boolean => ((mask >> bit) & 1n) === 1n;
  if (isSet(state.caught)) return 'handles';
  if (isSet(state.ignored)) return 'ignores';
  return isSet(state.blocked) ? 'blocks' : 'ends';
}
