/** A publisher in a process of its own: does a Job (first argument) and prints the JobResults as JSON. */
import * as fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Job } from './job.ts';
import { doSteps, failure } from './steps.ts';

const job = JSON.parse(process.argv[2] ?? '') as Job; // As the test wrote it.
if (job.umask !== undefined) process.umask(job.umask);
if (job.identity) {
  process.setgroups?.([...job.identity.groups]);
  process.setgid?.(job.identity.gid);
  process.setuid?.(job.identity.uid);
}
if (job.space === 'unknown') {
  const { statfsSync } = fs;
  const changeable = process.getBuiltinModule('node:fs');
  changeable.statfsSync = ((path: string) => ({ ...statfsSync(path), blocks: 0, files: 0 })) as typeof statfsSync;
  syncBuiltinESMExports();
}
console.log(JSON.stringify(await doSteps(job).catch((error: unknown) => [failure(error)])));
