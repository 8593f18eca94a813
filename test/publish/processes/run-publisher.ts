import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, JobResult } from './job.ts';

const publisher = fileURLToPath(new URL('publisher.ts', import.meta.url));

/** The command line of a publisher process. */
export function publisherCommand(job: Job, nodeOptions: readonly string[] = []): readonly string[] {
  return [process.execPath, ...nodeOptions, publisher, JSON.stringify(job)];
}

/** Runs a Job in a process of its own. `wrap` may put another command in front. */
export function runPublisher(
  job: Job,
  { nodeOptions = [], wrap = [] }: { nodeOptions?: string[]; wrap?: string[] } = {},
): readonly JobResult[] {
  const [command = '', ...args] = [...wrap, ...publisherCommand(job, nodeOptions)];
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: 'utf8', env: {} });
  if (error || status !== 0) throw new Error(`the publisher ended with ${status}: ${stderr}`, { cause: error });
  return JSON.parse(stdout) as readonly JobResult[]; // As publisher.ts prints them.
}
