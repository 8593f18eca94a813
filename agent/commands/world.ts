import type { Clock } from '../core/clock.ts';

/** What a command may use of the process. `main.ts` makes it; a test makes its own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTerminal: boolean;
  readonly pid: number;
  readonly clock: Clock;
  /** Aborted by the first SIGTERM or SIGINT; a second one kills. */
  readonly signal: AbortSignal;
  /** 128 + n of the signal that aborted it. */
  readonly exitCodeOfSignal: () => number;
  /** Calls back on every SIGUSR2. */
  readonly onUserRefresh: (refresh: () => void) => void;
  readonly kill: (pid: number, signal: NodeJS.Signals) => unknown;
  /** Ours, and Node's. */
  readonly version: string;
  readonly nodeVersion: string;
  /** Leaves the last error where Kubernetes shows it (/dev/termination-log), masked and bounded. */
  readonly lastWords: (text: string) => void;
  /** The directory of the templates we ship. */
  readonly templatesDir: string;
}
