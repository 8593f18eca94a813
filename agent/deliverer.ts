import { type AgentError, asAgentError } from './core/agent-error.ts';
import {
  type DeliveryEffect,
  type DeliveryEvent,
  type DeliveryRules,
  type DeliveryState,
  newDelivery,
  step,
} from './core/delivery.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import { retryDelayMs } from './core/schedule.ts';
import type { Delivery } from './core/spec.ts';
import type { Deliverer, DelivererWorld } from './deliverer-world.ts';
import {
  changeOf,
  deliveryStatus,
  isContentError,
  isSettled,
  type MemberContent,
  membersOffered,
  type Visible,
} from './delivery-content.ts';

/** Nothing runs before `start`; all of it ends with the signal of `world`. */
export function deliverer(delivery: Delivery, world: DelivererWorld): Deliverer {
  const { quietMs, maxMs } = delivery.settle;
  const reloads = world.reloads === 'on' && delivery.reload.length > 0;
  const drive: Drive = {
    ...{ delivery, world, rules: { quietMs, maxMs, reloads, firstReload: delivery.firstReload } },
    ...{ offered: new Map(), state: newDelivery, alarm: new AbortController(), isStale: false },
  };
  return {
    delivery,
    start: () => start(drive),
    offer: (externalSecret, content) => offer(drive, externalSecret, content),
    status: () => deliveryStatus(drive),
    state: () => drive.state,
    obstacle: () => (drive.error ? { error: drive.error, since: drive.failingSince ?? world.clock.now() } : undefined),
    isSettled: () => isSettled(drive),
    acknowledged: () => (isAcknowledged(drive.state) ? drive.visibleOf : undefined),
    remove: world.place.remove,
    stopped: async () => void (await Promise.all([drive.considering, drive.inFlight, drive.recording])),
  };
}

/** What a running deliverer holds. */
interface Drive {
  readonly delivery: Delivery;
  readonly world: DelivererWorld;
  readonly rules: DeliveryRules;
  readonly offered: Map<string, MemberContent>;
  state: DeliveryState;
  visible?: Visible;
  /** What `visible` was made of, as far as this agent knows. */
  visibleOf?: ReadonlyMap<string, MemberContent> | undefined;
  /** What would be published now, and what it was made of. */
  candidate?: readonly RenderedFile[];
  candidateOf?: ReadonlyMap<string, MemberContent>;
  beingPublished?: readonly RenderedFile[] | undefined;
  error?: AgentError | undefined;
  failingSince?: number | undefined;
  acknowledgedAt?: Date;
  alarm: AbortController;
  /** True when something was offered that the candidate doesn't show yet. */
  isStale: boolean;
  considering?: Promise<void> | undefined;
  /** The publish or reload that runs: at most one. */
  inFlight?: Promise<void>;
  recording?: Promise<void>;
}

async function start(drive: Drive): Promise<void> {
  const { world, delivery } = drive;
  try {
    const adopted = await world.place.adopt();
    if (!adopted) return;
    drive.visible = { files: adopted.files, publishedAt: adopted.publishedAt };
    const acknowledged = await world.acknowledged.read(adopted.number);
    world.log.info({ delivery: delivery.name, generation: adopted.number, acknowledged }, 'adopted what is published');
    dispatch(drive, { kind: 'adopted', generation: adopted.number, acknowledged });
    // An acknowledgement to come sweeps, too; one that its predecessor had may never have been followed by it.
    if (acknowledged === adopted.number) void sweepLater(drive, acknowledged);
  } catch (caught) {
    // One directory that is out of order must not keep the others from being delivered; publishing says what is wrong with it.
    fail(
      drive,
      asAgentError(caught, 'VOLUME_UNUSABLE', `delivery ${delivery.name}: ${delivery.directory} can't be read`),
      'could not be adopted',
    );
  }
}

function offer(drive: Drive, externalSecret: string, content: MemberContent): void {
  drive.offered.set(externalSecret, content);
  drive.isStale = true;
  if (!drive.considering) look(drive);
}

/** What is offered when the last look has just ended is looked at by the next one. */
function look(drive: Drive): void {
  drive.considering = consider(drive).then(() => {
    drive.considering = undefined;
    if (drive.isStale && !drive.world.signal.aborted) look(drive);
    else drive.world.onChange();
  });
}

/** Renders what was offered last and compares it with what readers see. One at a time; what comes meanwhile is looked at after it. */
async function consider(drive: Drive): Promise<void> {
  const { world, delivery } = drive;
  while (drive.isStale && !world.signal.aborted) {
    drive.isStale = false;
    const members = membersOffered(drive);
    if (!members) continue;
    try {
      const of = new Map(drive.offered);
      drive.candidate = await world.render(members);
      drive.candidateOf = of;
      const change = changeOf(drive.beingPublished ?? drive.visible?.files, drive.candidate, delivery);
      if (isContentError(drive.error)) drive.error = undefined;
      if (change === 'unchanged' && !drive.beingPublished) drive.visibleOf = of;
      dispatch(drive, change === 'changed' ? { kind: 'changed', at: world.clock.now() } : { kind: 'unchanged' });
    } catch (caught) {
      fail(
        drive,
        asAgentError(caught, 'TEMPLATE_FAILED', `delivery ${delivery.name} could not be rendered`),
        'files could not be rendered',
      );
    }
  }
}

function dispatch(drive: Drive, event: DeliveryEvent): void {
  if (drive.world.signal.aborted) return;
  const next = step(drive.state, event, drive.rules);
  drive.state = next.state;
  for (const effect of next.effects) carryOut(drive, effect);
  drive.world.onChange();
}

/** The asynchronous ones report back by `dispatch`, and never reject. */
function carryOut(drive: Drive, effect: DeliveryEffect): void {
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
  drive.beingPublished = files;
  const failure = await world.place.publish(files, generation).then(
    () => undefined,
    (caught: unknown) => asAgentError(caught, 'VOLUME_UNUSABLE', `delivery ${delivery.name} could not be published`),
  );
  drive.beingPublished = undefined;
  if (failure) {
    fail(drive, failure, 'could not be published');
    return dispatch(drive, { kind: 'publishFailed' });
  }
  drive.visible = { files, publishedAt: new Date(world.clock.now()) };
  // What was rendered meanwhile to the same files was made of what is offered now.
  drive.visibleOf = drive.candidate === files || !drive.state.pending ? drive.candidateOf : of;
  drive.error = undefined;
  world.log.info({ delivery: delivery.name, generation, files: files.length }, 'published');
  dispatch(drive, { kind: 'published', generation });
}

async function reload(drive: Drive, generation: number): Promise<void> {
  const { world, delivery } = drive;
  for (const each of delivery.reload) {
    try {
      const sent = await world.reload(each, world.signal);
      world.onReload(each.kind, 'ok');
      world.log.info({ delivery: delivery.name, generation, signal: each.signal, ...sent }, 'signal sent');
    } catch (caught) {
      if (world.signal.aborted) return;
      world.onReload(each.kind, 'failed');
      fail(
        drive,
        asAgentError(caught, 'RELOAD_FAILED', `delivery ${delivery.name}: ${each.signal} could not be sent`),
        'reload failed',
      );
      return dispatch(drive, { kind: 'reloadFailed' });
    }
  }
  drive.error = undefined;
  dispatch(drive, { kind: 'reloaded' });
}

async function acknowledge(drive: Drive, generation: number): Promise<void> {
  const { world, delivery } = drive;
  drive.acknowledgedAt = new Date(world.clock.now());
  try {
    await world.acknowledged.write(generation);
  } catch (caught) {
    world.log.warn({ delivery: delivery.name, generation, error: caught }, 'acknowledged generation could not be recorded');
  }
  void sweepLater(drive, generation);
}

/** At once for what is over its time already, and once more when the generation before this one may go. */
async function sweepLater(drive: Drive, generation: number): Promise<void> {
  const { clock, signal, place, log } = drive.world;
  for (const ms of [0, drive.delivery.keepPreviousMs]) {
    await clock.sleep(ms, signal);
    if (signal.aborted || drive.state.acknowledged !== generation) return;
    await place.sweep(new Set([drive.state.published, drive.state.acknowledged])).catch((caught: unknown) => {
      log.warn({ delivery: drive.delivery.name, error: caught }, 'old generations could not be removed');
    });
  }
}

function isAcknowledged({ published, acknowledged }: DeliveryState): boolean {
  return published > 0 && published === acknowledged;
}

function fail(drive: Drive, failure: AgentError, message: string): void {
  drive.failingSince = drive.error ? drive.failingSince : drive.world.clock.now();
  drive.error = failure;
  drive.world.log.error({ delivery: drive.delivery.name, error: failure }, message);
  drive.world.onChange();
}
