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
  /** Which signal aborted it, once it did. */
  readonly endedBy: () => NodeJS.Signals | undefined;
  /** Calls back on every SIGUSR2. */
  readonly onUserRefresh: (refresh: () => void) => void;
  readonly kill: (pid: number, signal: NodeJS.Signals) => unknown;
  readonly version: string;
  /** Where Kubernetes reads the last words of a container. */
  readonly terminationLog: string;
  /** The directory of the templates we ship. */
  readonly templatesDir: string;
}
