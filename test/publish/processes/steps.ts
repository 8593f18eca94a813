import { spawnSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../../agent/core/agent-error.ts';
import { type DeliveryDirectory, deliveryDirectory } from '../../../agent/publish/delivery-directory.ts';
import { openVolume } from '../../../agent/publish/volume.ts';
import { file, quiet } from '../workshop.ts';
import type { Job, JobResult, JobStep } from './job.ts';

/** Opens the volume and does the steps one by one; a failed one doesn't keep the next from being tried. */
export async function doSteps(job: Job): Promise<readonly JobResult[]> {
  const volume = await openVolume({ root: job.root, allowDisk: job.allowDisk, log: quiet });
  const place = deliveryDirectory(volume, job.directory, { keepPreviousMs: job.keepPreviousMs ?? 60_000 });
  const results: JobResult[] = [];
  for (const step of job.steps) results.push(await doStep(place, step).catch(failure));
  return results;
}

async function doStep(place: DeliveryDirectory, step: JobStep): Promise<JobResult> {
  switch (step.kind) {
    case 'adopt': {
      const adopted = await place.adopt();
      return { ok: adopted && { number: adopted.number, paths: adopted.files.map(({ path }) => path).sort() } };
    }
    case 'publish':
      await place.publish(
        step.files.map(({ path, text, times = 1, ...more }) => file(path, text.repeat(times), more)),
        step.generation,
        step.check && checks[step.check],
      );
      return { ok: true };
    case 'sweep':
      await place.sweep(new Set(step.wanted));
      return { ok: true };
    case 'remove':
      await place.remove();
      return { ok: true };
    case 'spawn':
      return { ok: spawnSync('/bin/true').status };
  }
}

const checks = {
  async agrees(directory: string): Promise<void> {
    for (const name of await readdir(directory)) await stat(join(directory, name));
  },
  async hangs(directory: string): Promise<void> {
    console.log(directory);
    await new Promise(() => setInterval(() => undefined, 60_000));
  },
};

export function failure(error: unknown): JobResult {
  if (error instanceof AgentError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: error instanceof Error && 'code' in error ? String(error.code) : 'BUG', message: String(error) };
}
