/**
 * A publisher that kills itself right before its n-th call of the file system, counted from the start of its steps. Arguments: a Job as
 * JSON, n. Ends with 0 when it got through with fewer calls.
 */
import { syncBuiltinESMExports } from 'node:module';
import type { Job } from '../../publish/processes/job.ts';
import { doSteps } from '../../publish/processes/steps.ts';

const calls =
  `chmodSync chownSync closeSync fstatSync lstatSync mkdirSync openSync readFileSync readdirSync readlinkSync renameSync
  rmdirSync statfsSync symlinkSync unlinkSync writeSync`.split(/\s+/);

const job = JSON.parse(process.argv[2] ?? '') as Job; // As the test wrote it.
let left = Number(process.argv[3]);
const fs: Record<string, unknown> = process.getBuiltinModule('node:fs') as object as Record<string, unknown>; // To replace its functions.
for (const name of calls) {
  const call = fs[name];
  if (typeof call !== 'function') throw new Error(`node:fs has no ${name}`);
  fs[name] = (...args: unknown[]): unknown => {
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
    return call(...args);
  };
}
syncBuiltinESMExports();
const results = await doSteps(job);
if (results.some((result) => !('ok' in result))) throw new Error(JSON.stringify(results));
