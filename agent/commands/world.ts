import type { Clock } from '../core/clock.ts';
import type { Masker } from '../observe/masker.ts';

/** What a command may use of the process. `main.ts` makes it; a test makes its own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether a person reads stderr, where the log goes. */
  readonly isTerminal: boolean;
  /** Whether a person reads stdout; asked only before a secret is printed there. */
  readonly isOutputTerminal: () => boolean;
  /** How wide that person's window is. */
  readonly columns: () => number | undefined;
  readonly pid: number;
  /** Of the program that `exec` runs now. */
  readonly programPid?: () => number | undefined;
  readonly clock: Clock;
  /** Aborted by the first SIGTERM or SIGINT; a second one kills. */
  readonly signal: AbortSignal;
  /** 128 + n of the signal that aborted it. */
  readonly exitCodeOfSignal: () => number;
  /** Calls back on every SIGUSR2. */
  readonly onUserRefresh: (refresh: () => void) => void;
  /** `process.kill`: a negative PID means a process group, 0 only asks whether it is there. */
  readonly kill: (pid: number, signal: NodeJS.Signals | 0) => unknown;
  /** From now on no program can be started. False where Node's permission model is off: then nothing changes. */
  readonly giveUpPrograms: () => boolean;
  /** Ours, and Node's. */
  readonly version: string;
  readonly nodeVersion: string;
  /** Knows the secret values that must not leave the process, even if it ends by a bug. */
  readonly masker: Masker;
  /** Leaves the last error where Kubernetes shows it (/dev/termination-log), masked and bounded. */
  readonly lastWords: (text: string) => void;
  /** The directory of the templates we ship. */
  readonly templatesDir: string;
  /** What only `exec` does to the process itself. */
  readonly itself: Itself;
}

export interface Itself {
  /** How it was started: the program, and all its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly parentPid: number;
  /** False where Node's permission model forbids to start programs. */
  readonly mayStartPrograms: boolean;
  /**
   * The process becomes another program, with the default action for every signal; undefined where there is no such thing. Ends the
   * process by abort() when that can't be run: look first (exec/find-program.ts).
   */
  readonly become: ((file: string, argv: readonly string[], env: Readonly<Record<string, string>>) => void) | undefined;
  /** From now on signals are offered to `take` first. One that it doesn't take ends the process, if it is one to end with. */
  readonly takeSignals: (signals: readonly NodeJS.Signals[], take: (signal: NodeJS.Signals) => boolean) => void;
  /** Ends at once as if this signal had not been handled. */
  readonly endBy: (signal: NodeJS.Signals) => void;
}
