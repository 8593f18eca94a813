import { asAgentError } from './core/agent-error.ts';
import { newDelivery } from './core/delivery.ts';
import type { DeliveryRules } from './core/delivery-state.ts';
import type { RemoteVersions } from './core/remote-versions.ts';
import type { Delivery } from './core/spec.ts';
import type { Deliverer, DelivererWorld } from './deliverer-world.ts';
import {
  changeOf,
  deliveryStatus,
  isAtRest,
  isContentError,
  isSettled,
  type MemberContent,
  membersOffered,
} from './delivery-content.ts';
import { type Drive, dispatch, fail, versionsOf } from './delivery-drive.ts';
import { acknowledgedContents, carryOut, note, sweepLater } from './delivery-effects.ts';
import { isMarked } from './publish/content-mark.ts';

/** Nothing runs before `start`; all of it ends with the signal of `world`. */
export function deliverer(delivery: Delivery, world: DelivererWorld): Deliverer {
  const drive: Drive = {
    ...{ delivery, world, rules: rulesOf(delivery, world) },
    ...{
      offered: new Map(),
      offeredVersions: new Map(),
      versionsOf: new WeakMap(),
      state: newDelivery,
      alarm: new AbortController(),
      isStale: false,
    },
    carryOut: (effect) => carryOut(drive, effect),
    look: () => lookAgain(drive),
  };
  return {
    delivery,
    start: () => start(drive),
    offer: (externalSecret, content, versions = new Map()) => offer(drive, externalSecret, content, versions),
    force: () => void force(drive),
    status: () => deliveryStatus({ ...drive, ...versionsOf(drive, drive.visibleOf) }),
    state: () => drive.state,
    obstacle: () => (drive.error ? { error: drive.error, since: drive.failingSince ?? world.clock.now() } : undefined),
    isSettled: () => isSettled(drive),
    acknowledged: () => acknowledgedContents(drive),
    remove: world.place.remove,
    stopped: async () => void (await Promise.all([drive.considering, drive.inFlight, drive.recording])),
  };
}

function rulesOf(delivery: Delivery, { reloads, staggerMs }: DelivererWorld): DeliveryRules {
  const { settle, reload, verify, onVerifyFailure, firstReload } = delivery;
  const isOn = reloads === 'on';
  return {
    ...{ quietMs: settle.quietMs, maxMs: settle.maxMs, staggerMs, onVerifyFailure, firstReload },
    ...{ reloads: isOn && reload.length > 0, verifies: isOn && verify !== undefined },
  };
}

async function start(drive: Drive): Promise<void> {
  const { world, delivery } = drive;
  try {
    const adopted = await world.place.adopt();
    if (!adopted) return;
    world.learn(adopted.files.map(({ value }) => value));
    drive.visible = { files: adopted.files, publishedAt: adopted.publishedAt };
    const { acknowledged, held } = await world.progress.read(adopted.number);
    drive.held = held;
    world.log.info(
      { delivery: delivery.name, generation: adopted.number, acknowledged, ...(held ? { held: held.generation } : {}) },
      'adopted what is published',
    );
    dispatch(drive, { kind: 'adopted', generation: adopted.number, acknowledged, ...(held ? { held } : {}) });
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

function offer(drive: Drive, externalSecret: string, content: MemberContent, versions: RemoteVersions): void {
  drive.offered.set(externalSecret, content);
  drive.offeredVersions.set(externalSecret, versions);
  lookAgain(drive);
}

async function force(drive: Drive): Promise<void> {
  if (drive.world.signal.aborted) return;
  if (drive.held && (!drive.candidate || isMarked(drive.held.mark, drive.candidate))) {
    const { generation, versions } = drive.held;
    drive.held = undefined;
    const facts = { delivery: drive.delivery.name, generation, versions };
    drive.world.log.info(facts, 'what was held is tried again: the operator asked for it');
    const { published, acknowledged } = drive.state;
    await note(drive, { published, acknowledged });
  }
  dispatch(drive, { kind: 'forced', at: drive.world.clock.now() });
  lookAgain(drive);
}

function lookAgain(drive: Drive): void {
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

/** What could not be published isn't wanted any more, and what was held is over when the store has something else. */
async function tidy(drive: Drive): Promise<void> {
  drive.error = undefined;
  if (!drive.held || drive.state.held) return;
  drive.held = undefined;
  const { published, acknowledged } = drive.state;
  await note(drive, { published, acknowledged });
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
      drive.versionsOf.set(of, new Map(drive.offeredVersions));
      drive.candidate = await world.render(members);
      drive.candidateOf = of;
      const change = changeOf(drive.beingPublished ?? drive.visible?.files, drive.candidate, delivery);
      if (isContentError(drive.error)) drive.error = undefined;
      if (change === 'unchanged' && !drive.beingPublished) drive.visibleOf = of;
      const isHeld = drive.held !== undefined && isMarked(drive.held.mark, drive.candidate);
      if (change === 'unchanged') dispatch(drive, { kind: 'unchanged' });
      else dispatch(drive, isHeld ? { kind: 'heldBack' } : { kind: 'changed', at: world.clock.now() });
      if (isAtRest(drive.state)) await tidy(drive);
    } catch (caught) {
      fail(
        drive,
        asAgentError(caught, 'TEMPLATE_FAILED', `delivery ${delivery.name} could not be rendered`),
        'files could not be rendered',
      );
    }
  }
}
