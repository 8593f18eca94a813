import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { SignalStep } from './core/spec.ts';
import type { Member } from './delivery-content.ts';

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
