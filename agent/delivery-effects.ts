import { type AgentError, asAgentError, type ErrorCode } from './core/agent-error.ts';
import type { DeliveryEffect } from './core/delivery-state.ts';
import type { HookSubject } from './core/hooks.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import { retryDelayMs } from './core/schedule.ts';
import { type Contents, type Drive, dispatch, fail, versionsOf } from './delivery-drive.ts';
import { markOf } from './publish/content-mark.ts';

/** Carries out what core/delivery.ts decided. */
export function carryOut(drive: Drive, effect: DeliveryEffect): void {
  const { clock } = drive.world;
  switch (effect.kind) {
    case 'wakeAt':
      wakeAfter(drive, effect.at - clock.now());
      break;
    case 'retry':
      wakeAfter(drive, retryDelayMs(effect.failures, drive.error, clock.random()));
      break;
    case 'publish':
      drive.inFlight = publish(drive, effect.generation);
      break;
    case 'reload':
      drive.inFlight = reload(drive, effect.generation);
      break;
    case 'verify':
      drive.inFlight = verify(drive, effect.generation);
      break;
    case 'restore':
      drive.inFlight = restore(drive, effect.generation, effect.of);
      break;
    case 'acknowledge':
      drive.recording = acknowledge(drive, effect.generation);
      break;
  }
}

function wakeAfter(drive: Drive, ms: number): void {
  drive.alarm.abort();
  drive.alarm = new AbortController();
  const { signal: mine } = drive.alarm;
  const { clock, signal } = drive.world;
  void clock.sleep(ms, AbortSignal.any([signal, mine])).then(() => {
    if (!mine.aborted) dispatch(drive, { kind: 'wake', at: clock.now() });
  });
}

async function publish(drive: Drive, generation: number): Promise<void> {
  const { world, delivery } = drive;
  const files = drive.candidate ?? [];
  const of = drive.candidateOf;
  const check = async (directory: string): Promise<void> => {
    await world.hooks.check({ generation, directory }, files, world.signal);
    world.signal.throwIfAborted();
  };
  const failure = await show(drive, files, generation, delivery.check ? check : undefined);
  if (failure) {
    const what = failure.code === 'CHECK_FAILED' ? 'the check refused a generation' : 'could not be published';
    fail(drive, failure, what, generation);
    dispatch(drive, { kind: 'publishFailed' });
    // It was compared with what is not to be seen now.
    return drive.candidate === files ? undefined : drive.look();
  }
  // What was rendered meanwhile to the same files was made of what is offered now.
  drive.visibleOf = drive.candidate === files || !drive.state.pending ? drive.candidateOf : of;
  drive.error = undefined;
  world.log.info(
    { delivery: delivery.name, generation, files: files.length, ...versionsOf(drive, drive.visibleOf) },
    'published',
  );
  dispatch(drive, { kind: 'published', generation });
}

/** Returns why it could not be. */
async function show(
  drive: Drive,
  files: readonly RenderedFile[],
  generation: number,
  check?: (directory: string) => Promise<void>,
): Promise<AgentError | undefined> {
  const { world, delivery } = drive;
  drive.beingPublished = files;
  try {
    await world.place.publish(files, generation, check);
    drive.visible = { files, publishedAt: new Date(world.clock.now()) };
    return undefined;
  } catch (caught) {
    return asAgentError(caught, 'VOLUME_UNUSABLE', `delivery ${delivery.name} could not be published`);
  } finally {
    drive.beingPublished = undefined;
  }
}

async function reload(drive: Drive, generation: number): Promise<void> {
  const { world, delivery } = drive;
  const failure = await tried(
    () => world.hooks.reload(subjectOf(drive, generation), world.signal),
    'RELOAD_FAILED',
    delivery.name,
  );
  if (world.signal.aborted) return;
  if (failure) {
    fail(drive, failure, 'reload failed', generation);
    return dispatch(drive, { kind: 'reloadFailed' });
  }
  if (!drive.rules.verifies) drive.error = undefined;
  dispatch(drive, { kind: 'reloaded' });
}

async function verify(drive: Drive, generation: number): Promise<void> {
  const { world, delivery } = drive;
  const files = drive.visible?.files ?? [];
  const subject = subjectOf(drive, generation);
  const failure = await tried(() => world.hooks.verify(subject, files, world.signal), 'VERIFY_FAILED', delivery.name);
  if (world.signal.aborted) return;
  if (failure) {
    fail(drive, failure, 'verify failed: the app is not proved to have taken a generation', generation);
    return dispatch(drive, { kind: 'verifyFailed' });
  }
  drive.error = undefined;
  dispatch(drive, { kind: 'verified' });
}

function subjectOf({ world }: Drive, generation: number): HookSubject {
  return { generation, directory: world.place.path };
}

async function tried(deed: () => Promise<void>, code: ErrorCode, delivery: string): Promise<AgentError | undefined> {
  try {
    await deed();
    return undefined;
  } catch (caught) {
    return asAgentError(caught, code, `delivery ${delivery}: a hook ended with an error of the agent`);
  }
}

/** What is held is noted before anything is shown again: whoever comes after a crash goes on with the way back. */
async function restore(drive: Drive, generation: number, of: number): Promise<void> {
  const { world, delivery } = drive;
  await hold(drive, generation);
  const files = await world.place.readOlder(of).catch(() => undefined);
  if (!files) {
    world.log.error({ delivery: delivery.name, generation, of }, 'there is no way back: the generation before is gone');
    return dispatch(drive, { kind: 'restoreFailed', outcome: 'gone' });
  }
  world.learn(files.map(({ value }) => value));
  const failure = await show(drive, files, generation);
  if (failure) {
    fail(drive, failure, 'could not be rolled back', generation);
    return dispatch(drive, { kind: 'restoreFailed', outcome: 'later' });
  }
  drive.visibleOf = drive.acknowledgedOf;
  const held = drive.held && { held: drive.held.generation, heldVersions: drive.held.versions };
  world.log.warn({ delivery: delivery.name, generation, of, ...versionsOf(drive, drive.visibleOf), ...held }, 'rolled back');
  world.onRollback();
  dispatch(drive, { kind: 'restored', generation });
  drive.look(); // What is offered may be what is shown again.
}

async function hold(drive: Drive, restoredAs: number): Promise<void> {
  const { world, state, visible, error } = drive;
  if (drive.held?.restoredAs === restoredAs) return;
  const reason = error?.message ?? 'verify failed';
  const mark = markOf(visible?.files ?? []);
  const { versions = {} } = versionsOf(drive, drive.visibleOf);
  drive.held = { generation: state.published, restoredAs, mark, reason, since: world.clock.now(), versions };
  await note(drive, { published: state.published, acknowledged: state.acknowledged });
}

async function acknowledge(drive: Drive, generation: number): Promise<void> {
  const { world } = drive;
  drive.acknowledgedAt = new Date(world.clock.now());
  drive.acknowledgedOf = drive.visibleOf;
  if (!drive.state.held) drive.held = undefined;
  else drive.look(); // The store may have the shown values again.
  world.log.info({ delivery: drive.delivery.name, generation, ...versionsOf(drive, drive.visibleOf) }, 'acknowledged');
  await note(drive, { published: generation, acknowledged: generation });
  void sweepLater(drive, generation);
}

/** Writes down how far it has got. */
export async function note(
  { world, delivery, held }: Drive,
  progress: { readonly published: number; readonly acknowledged: number },
): Promise<void> {
  await world.progress.write({ ...progress, ...(held ? { held } : {}) }).catch((error: unknown) => {
    world.log.warn({ delivery: delivery.name, ...progress, error }, 'how far it has got could not be noted for a restart');
  });
}

/** At once for what is over its time already, and once more when the generation before this one may go. */
export async function sweepLater(drive: Drive, generation: number): Promise<void> {
  const { clock, signal, place, log } = drive.world;
  for (const ms of [0, drive.delivery.keepPreviousMs]) {
    await clock.sleep(ms, signal);
    if (signal.aborted || drive.state.acknowledged !== generation) return;
    await place.sweep(new Set([drive.state.published, drive.state.acknowledged])).catch((caught: unknown) => {
      log.warn({ delivery: drive.delivery.name, error: caught }, 'old generations could not be removed');
    });
  }
}

/** The contents that the app is known to have, while readers see just them. */
export function acknowledgedContents({ state, visibleOf }: Drive): Contents | undefined {
  return state.published > 0 && state.published === state.acknowledged ? visibleOf : undefined;
}
