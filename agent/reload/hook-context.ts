import type { Clock } from '../core/clock.ts';

/** What the steps of a hook are told of the generation they run for. */
export interface HookContext {
  readonly delivery: string;
  readonly generation: number;
  /** `{dir}`: where the files are. */
  readonly directory: string;
  /** `{feedback}`: the directory that the app may write. */
  readonly feedback: string;
}

/** Why a step did not do what it should, in words for the operator: no secrets. */
export interface StepFailure {
  /** The end of a sentence that begins with the step. */
  readonly reason: string;
  readonly hint?: string;
  /** Another try can't mend it. */
  readonly isFinal?: true;
}

/** The text with what stands for `{dir}`, `{feedback}`, `{delivery}` and `{generation}`; other braces stay as they are. */
export function filled(text: string, context: HookContext, encode: (value: string) => string = (value) => value): string {
  const { delivery, generation, directory, feedback } = context;
  const values: Readonly<Record<string, string>> = { dir: directory, feedback, delivery, generation: String(generation) };
  return text.replace(/\{(dir|feedback|delivery|generation)\}/g, (_, name: string) => encode(values[name] ?? ''));
}

/** What `deed` gave, and whether its time was over: then, or when `signal` aborted, the signal that it was given aborted. */
export async function timed<T>(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  deed: (limit: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly isOver: boolean }> {
  const [limit, done] = [new AbortController(), new AbortController()];
  const stop = (): void => limit.abort();
  let isOver = false;
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  void clock.sleep(ms, done.signal).then(() => {
    if (done.signal.aborted) return;
    isOver = true;
    stop();
  });
  try {
    return { value: await deed(limit.signal), isOver };
  } finally {
    done.abort();
    signal.removeEventListener('abort', stop);
  }
}

/** `2.5 s` */
export function secondsInWords(ms: number): string {
  return `${ms / 1_000} s`;
}

/** `ECONNREFUSED`, for messages; never the text of an error of others. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
