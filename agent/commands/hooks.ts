import type { Log } from '../core/log.ts';
import { podFraction } from '../core/schedule.ts';
import type { Delivery } from '../core/spec.ts';
import type { DeliveryHooks } from '../deliverer-world.ts';
import type { HookEvent, HookWorld } from '../reload/hook-world.ts';
import type { Pod } from './pod.ts';
import type { World } from './world.ts';

export interface HookParts {
  readonly world: World;
  readonly log: Log;
  /** The directory that the app may write. */
  readonly feedback: string;
  readonly onHook: (delivery: Delivery, event: HookEvent) => void;
}

/** Checks, reloads and proofs of a delivery, loaded when the first one runs: the first generation of a pod's life mostly has none. */
export function hooksOf(delivery: Delivery, parts: HookParts): DeliveryHooks {
  let loading: Promise<DeliveryHooks> | undefined;
  const loaded = (): Promise<DeliveryHooks> => {
    loading ??= import('../reload/delivery-hooks.ts').then(({ deliveryHooks }) =>
      deliveryHooks(delivery, hookWorld(delivery, parts)),
    );
    return loading;
  };
  return {
    check: async (...given) => (await loaded()).check(...given),
    reload: async (...given) => (await loaded()).reload(...given),
    verify: async (...given) => (await loaded()).verify(...given),
  };
}

function hookWorld(delivery: Delivery, { world, log, feedback, onHook }: HookParts): HookWorld {
  const { PATH, HOME } = world.env;
  return {
    ...{ selfPid: world.pid, kill: world.kill, clock: world.clock, log, feedback, mask: world.masker.mask },
    ...(world.programPid ? { programPid: world.programPid } : {}),
    environment: { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) },
    spawn: async () => (await import('node:child_process')).spawn,
    async validate(validations, files) {
      const { validateFiles } = await import('../check/validate.ts');
      await validateFiles(validations, files, world.clock.now());
    },
    onStep: (event) => onHook(delivery, event),
  };
}

/** How long a change waits for this pod's turn. Pods that aren't numbered have no order: they don't wait. */
export function staggerMsOf({ name, stagger }: Delivery, pod: Pod, log: Log): number {
  switch (stagger.kind) {
    case 'none':
      return 0;
    case 'window':
      return Math.floor(stagger.ms * podFraction(pod.seed));
    case 'ordinal': {
      const ordinal = /-(\d{1,9})$/.exec(pod.name ?? '')?.[1];
      if (ordinal !== undefined) return Number(ordinal) * stagger.msEach;
      log.warn(
        { delivery: name, pod: pod.name ?? '' },
        "stagger.perOrdinal has no effect: the pod's name does not end in a number",
      );
      return 0;
    }
  }
}
