import { readFile } from 'node:fs/promises';
import { AgentError } from '../core/agent-error.ts';
import { forceSyncOf } from '../core/force-sync.ts';
import type { Progress } from '../core/patience.ts';
import { podFraction } from '../core/schedule.ts';
import { firstDelivery, reportUndone } from './init.ts';
import type { AgentOptions } from './options.ts';
import { withoutNeedlessPrograms } from './programs.ts';
import { hasDelivered } from './progress.ts';
import { hintFrom, refreshFor, serve } from './serve.ts';
import { type StartedAgent, startAgent } from './started-agent.ts';
import { keepStatusWritten, writeStatusOf } from './status-writer.ts';
import type { World } from './world.ts';

/** What isn't needed for the first delivery waits for it, but not longer than this: a probe wants to know why nothing comes. */
const restAfterMs = 500;

/** A fleet that is told to refresh at the same instant spreads over this time. */
const forceSyncSpreadMs = 3_000;

/** `keytide run`: deliver, and keep it fresh until the process is asked to end. Returns the exit code. */
export async function run(options: AgentOptions, world: World): Promise<number> {
  const started = withoutNeedlessPrograms(await startAgent(options, world, 'on'), world);
  const ended = new AbortController();
  let end: 'revoke' | 'keep' = options.keepToken ? 'keep' : 'revoke';
  try {
    world.onUserRefresh(() => hintFrom(started, 'SIGUSR2'));
    const rest = startRest(started, options, world, ended.signal);
    rest.catch((error: unknown) => started.log.error({ error }, 'probes and watchers could not be started'));
    if (options.exitAfterFirst) {
      const code = await onlyFirst(started, options, world);
      if (code === 0) end = 'keep'; // The app goes on with what was issued.
      return code;
    }
    const undone = await firstDelivery(started, options, world, 'in time');
    if (undone.some(({ delivery }) => isMissing(started, delivery)) && !world.signal.aborted)
      return reportUndone(undone, started, world);
    await Promise.race([rest, aborted(world.signal)]); // A store that doesn't answer must not keep the process.
    await aborted(world.signal);
    return 0;
  } finally {
    ended.abort();
    started.changes.ring();
    await within(options.graceMs, started.stop(end));
  }
}

/** For Jobs: as `init`, but the app runs and is told. What is shown in place of what it did not take is no success. */
async function onlyFirst(started: StartedAgent, options: AgentOptions, world: World): Promise<number> {
  const undone = await firstDelivery(started, options, world, 'early');
  if (world.signal.aborted) return world.exitCodeOfSignal();
  await writeStatusOf(started);
  const refused = started.agent.deliverers().flatMap((each): readonly Progress[] => {
    const { name, heldBack } = each.status();
    const error = new AgentError('VERIFY_FAILED', `generation ${heldBack?.generation} is held back: ${heldBack?.reason}`);
    return heldBack ? [{ delivery: name, isSettled: true, obstacles: [{ error, since: world.clock.now() }] }] : [];
  });
  return reportUndone([...undone, ...refused], started, world);
}

/** What a predecessor published counts: the app has something to run on. */
export function isMissing({ agent }: StartedAgent, delivery: string): boolean {
  return agent.deliverers().some((each) => each.delivery.name === delivery && each.state().published === 0);
}

/** Probes, metrics, watchers and the status file: loaded when the first delivery is done, or takes its time. */
export async function startRest(started: StartedAgent, options: AgentOptions, world: World, signal: AbortSignal): Promise<void> {
  const { agent, changes } = started;
  for (const endAt = world.clock.now() + restAfterMs; world.clock.now() < endAt && !hasDelivered(agent); ) await changes.wait(50);
  await serve(started, options, world, signal);
  void keepStatusWritten(started, signal);
  await Promise.all([
    watchSpecs(started, options, signal),
    watchAnnotations(started, options, world, signal),
    agent.watchStores(),
    watchHints(started, options, world, signal),
  ]);
}

async function watchHints(started: StartedAgent, options: AgentOptions, world: World, signal: AbortSignal): Promise<void> {
  const { watchHintFiles } = await import('../reload/hint-files.ts');
  void watchHintFiles({
    ...{ directory: options.feedback, clock: world.clock, signal, since: Date.parse(started.status().startedAt) },
    deliveries: () => started.agent.deliverers().map(({ delivery }) => delivery.name),
    onHint: (delivery) => hintFrom(started, 'file', { delivery }),
  });
}

async function watchSpecs(started: StartedAgent, options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { watchSpec } = await import('../spec/watch.ts');
  let reading = Promise.resolve();
  await watchSpec(
    () => [...options.spec, ...started.templateFolders()],
    () => {
      reading = reading.then(() => started.rereadSpec()).then(() => started.agent.watchStores());
    },
    signal,
    { since: started.specSince },
  );
}

/** The downwardAPI file changes when someone annotates the pod; no file, no watch. */
async function watchAnnotations(started: StartedAgent, options: AgentOptions, world: World, signal: AbortSignal): Promise<void> {
  const read = (): Promise<string | undefined> => readFile(options.annotations, 'utf8').then(forceSyncOf, () => undefined);
  const { fingerprintOf } = await import('../spec/spec-fingerprint.ts');
  const since = await fingerprintOf([options.annotations]);
  let seen = await read();
  if (seen === undefined) return;
  const { watchSpec } = await import('../spec/watch.ts');
  const look = async (): Promise<void> => {
    const asked = await read();
    if (asked === undefined || asked === seen) return;
    seen = asked;
    await world.clock.sleep(podFraction(started.pod.seed) * forceSyncSpreadMs, signal);
    if (!signal.aborted) refreshFor(started, 'force-sync');
  };
  await watchSpec(
    () => [options.annotations],
    () => void look(),
    signal,
    { since },
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

/** What is cut off by the end of the grace time is what a kill would cut off: it heals at the next start. */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, end]);
  clearTimeout(timer);
}
