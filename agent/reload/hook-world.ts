import type { spawn } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import type { Validation } from '../core/hooks.ts';
import type { Log } from '../core/log.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import type { AgentProcess } from './find-process.ts';

/** What the hooks of a delivery may use of the world. */
export interface HookWorld extends AgentProcess {
  /** `/proc` unless a test has its own. */
  readonly procRoot?: string;
  /** `process.kill`: a negative PID means a process group, 0 only asks whether it is there. */
  readonly kill: (pid: number, signal: NodeJS.Signals | 0) => unknown;
  /** Of node:child_process, which is loaded for whom it runs. */
  readonly spawn: () => Promise<typeof spawn>;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes known secrets out of what programs and servers say. */
  readonly mask: (text: string) => string;
  /** The agent's PATH and HOME, as far as it has them: all of its environment that a program gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The directory that the app may write. */
  readonly feedback: string;
  /** Throws CHECK_FAILED when a file is not what it should be. */
  readonly validate: (validations: readonly Validation[], files: readonly RenderedFile[]) => Promise<void>;
  /** One step of one deed ended, for metrics. */
  readonly onStep: (event: HookEvent) => void;
}

export interface HookEvent {
  readonly deed: 'check' | 'reload' | 'verify';
  /** Its kind, such as `http`. */
  readonly step: string;
  readonly result: 'ok' | 'failed';
  readonly seconds: number;
}
