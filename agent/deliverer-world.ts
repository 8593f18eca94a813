import type { Clock } from './core/clock.ts';
import type { DeliveryState } from './core/delivery.ts';
import type { Log } from './core/log.ts';
import type { Obstacle } from './core/patience.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { Delivery, SignalStep } from './core/spec.ts';
import type { DeliveryStatus } from './core/status.ts';
import type { Member, MemberContent } from './delivery-content.ts';

/** The directory of one delivery on the volume. */
export interface DeliveryPlace {
  readonly adopt: () => Promise<
    { readonly number: number; readonly files: readonly RenderedFile[]; readonly publishedAt: Date } | undefined
  >;
  readonly publish: (files: readonly RenderedFile[], generation: number) => Promise<void>;
  /** Removes generations that nobody is promised any more. */
  readonly sweep: (keep: ReadonlySet<number>) => Promise<void>;
  /** For a delivery that left the spec. */
  readonly remove: () => Promise<void>;
}

export interface DelivererWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the deliverer must stop. */
  readonly signal: AbortSignal;
  /** `off` for init: the app doesn't run yet. */
  readonly reloads: 'on' | 'off';
  readonly place: DeliveryPlace;
  readonly render: (members: readonly Member[]) => Promise<readonly RenderedFile[]>;
  readonly reload: (step: SignalStep, signal: AbortSignal) => Promise<Record<string, unknown>>;
  /** The last acknowledged generation, kept where an agent that is started again finds it. */
  readonly acknowledged: {
    readonly read: (published: number) => Promise<number>;
    readonly write: (generation: number) => Promise<void>;
  };
  readonly onReload: (step: string, result: 'ok' | 'failed') => void;
  /** Told after every change of what `status` says. */
  readonly onChange: () => void;
}

/** Drives one delivery: runs the effects that core/delivery.ts decides, and feeds their results back. */
export interface Deliverer {
  readonly delivery: Delivery;
  readonly start: () => Promise<void>;
  readonly offer: (externalSecret: string, content: MemberContent) => void;
  readonly status: () => DeliveryStatus;
  readonly state: () => DeliveryState;
  /** Why it isn't settled, as far as it knows, and since when. */
  readonly obstacle: () => Obstacle | undefined;
  /** True when all that was offered is published and acknowledged, or there is nothing to publish. */
  readonly isSettled: () => boolean;
  /** What each member gave for the files that readers see and the app has; undefined while it has not been told of what is published. */
  readonly acknowledged: () => ReadonlyMap<string, MemberContent> | undefined;
  /** Takes its files off the volume; only after it stopped. */
  readonly remove: () => Promise<void>;
  /** Resolves when nothing of it runs any more, after its signal was aborted. */
  readonly stopped: () => Promise<void>;
}
