import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { RenderedFile } from '../../agent/core/rendered-file.ts';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import type { Job, JobResult } from '../publish/processes/job.ts';
import { doSteps } from '../publish/processes/steps.ts';
import { file, generations, hasMemory, modeOf, testVolume, visible } from '../publish/workshop.ts';
import type { Scenario } from './scenarios.ts';

export function jobFor(root: string, steps: Job['steps']): Job {
  return { root, directory: 'web', allowDisk: !hasMemory, keepPreviousMs: 0, steps };
}

/** What was on the volume before the process that gets killed. */
export async function prepare(root: string, { before }: Scenario): Promise<void> {
  const results: readonly JobResult[] = await doSteps({ ...jobFor(root, before), keepPreviousMs: 60_000 });
  assert.ok(results.every((result) => 'ok' in result));
}

/** After a kill: readers see the old files or the new ones; a restarted agent finds them whole, sweeps the rest and goes on. */
export async function assertHeals(root: string, scenario: Scenario, when: string): Promise<void> {
  const web = join(root, 'web');
  const seen = fs.existsSync(web) ? throughData(web) : {};
  const is = JSON.stringify(sorted(seen));
  const [old, young] = [JSON.stringify(sorted(scenario.old)), JSON.stringify(sorted(scenario.new))];
  assert.ok(is === old || is === young, `${when}: readers see ${is}`);

  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 });
  const adopted = await place.adopt();
  assert.deepEqual(adopted ? textsOf(adopted.files) : {}, seen, when);
  if (!fs.existsSync(web)) return;
  assert.deepEqual(visible(web), seen, `${when}: visible names`);
  assertTidy(web, seen, when);

  const next = (adopted?.number ?? 0) + 1;
  await place.publish([file('a', 'next')], next);
  await place.sweep(new Set([next]));
  assert.deepEqual(visible(web), { a: 'next' }, when);
  assert.equal(generations(web).length, 1, when);
}

/** Nothing but links for what there is, `..data`, and complete generations; open to readers. */
function assertTidy(web: string, seen: Readonly<Record<string, string>>, when: string): void {
  const whole = generations(web);
  const names = new Set(Object.keys(seen).map((path) => path.split('/')[0] ?? ''));
  const data = fs.lstatSync(join(web, '..data'), { throwIfNoEntry: false }) ? ['..data'] : [];
  assert.deepEqual(fs.readdirSync(web).sort(), [...data, ...whole, ...names].sort(), when);
  for (const name of whole) assert.equal(modeOf(join(web, name)), '550', `${when}: ${name}`);
  assert.equal(modeOf(web), '755', when);
}

/** What `..data` shows, checked against the visible names: each of its files can be read through its own, too. */
function throughData(web: string): Record<string, string> {
  if (!fs.existsSync(join(web, '..data'))) return {};
  const files: Record<string, string> = {};
  for (const path of fs.readdirSync(join(web, '..data'), { recursive: true, encoding: 'utf8' })) {
    const full = join(web, '..data', path);
    if (!fs.statSync(full).isDirectory()) files[path] = fs.readFileSync(full, 'utf8');
  }
  for (const [path, text] of Object.entries(files)) {
    const name = path.split('/')[0] ?? '';
    // A removal takes the names away one by one once `..data` is gone; until then all are there.
    assert.equal(fs.readlinkSync(join(web, name)), `..data/${name}`);
    assert.equal(fs.readFileSync(join(web, path), 'utf8'), text);
    assert.equal(modeOf(fs.realpathSync(join(web, path))), '440');
  }
  return sorted(files);
}

function textsOf(files: readonly RenderedFile[]): Record<string, string> {
  return sorted(Object.fromEntries(files.map(({ path, value }) => [path, Buffer.from(value.reveal()).toString()])));
}

function sorted(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}
