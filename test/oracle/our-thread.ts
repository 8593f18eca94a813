import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Case } from './case.ts';

/** Our side, in a thread of its own with a time limit for each case. One case at a time. */
export interface OurThread {
  readonly ask: (question: Case) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const timeoutMs = 20_000;

export function startOurThread(): OurThread {
  let worker: Worker | undefined;
  const start = (): Worker => {
    const started = new Worker(join(import.meta.dirname, 'processes/ours.ts'));
    return started;
  };
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };
  const ask = (question: Case): Promise<Answer> =>
    new Promise((resolve) => {
      worker ??= start();
      const asked = worker;
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        asked.off('message', settle);
        asked.off('error', broken);
        resolve(answer);
      };
      const broken = (error: unknown): void => {
        void end();
        settle({ kind: 'error', text: `a bug: ${String(error)}` });
      };
      const timer = setTimeout(() => broken(`it runs for more than ${timeoutMs} ms`), timeoutMs);
      asked.on('message', settle);
      asked.on('error', broken);
      asked.postMessage(question);
    });
  return { ask, close: end };
}
