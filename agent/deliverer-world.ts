import type { Clock } from './core/clock.ts';
import type { DeliveryProgress, DeliveryState } from './core/delivery-state.ts';
import type { HookSubject } from './core/hooks.ts';
import type { Log } from './core/log.ts';
import type { Obstacle } from './core/patience.ts';
import type { RemoteVersions } from './core/remote-versions.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { SecretValue } from './core/secret-value.ts';
import type { Delivery } from './core/spec.ts';
import type { DeliveryStatus } from './core/status.ts';
import type { Member, MemberContent } from './delivery-content.ts';

/** The directory of one delivery on the volume. */
export interface DeliveryPlace {
  readonly adopt: () => Promise<
    { readonly number: number; readonly files: readonly RenderedFile[]; readonly publishedAt: Date } | undefined
  >;
  /**
   * Makes these files, and no others, visible in one step. `check` is told where they are before anybody sees them; when it throws,
   * nothing is published and nothing is left.
   */
  readonly publish: (
    files: readonly RenderedFile[],
    generation: number,
    check?: (directory: string) => Promise<void>,
  ) => Promise<void>;
  /** The files of an older generation; undefined when it isn't there any more. */
  readonly readOlder: (generation: number) => Promise<readonly RenderedFile[] | undefined>;
  /** Removes generations that nobody is promised any more. */
  readonly sweep: (keep: ReadonlySet<number>) => Promise<void>;
  /** For a delivery that left the spec. */
  readonly remove: () => Promise<void>;
  /** The directory that readers see, absolute. */
  readonly path: string;
}

/** What a delivery's spec asks for around the swap. Each ends early when the signal aborts; then what it says doesn't matter. */
export interface DeliveryHooks {
  /** On the staged files. Throws CHECK_FAILED. */
  readonly check: (subject: HookSubject, files: readonly RenderedFile[], signal: AbortSignal) => Promise<void>;
  /** All steps in their order. Throws RELOAD_FAILED. */
  readonly reload: (subject: HookSubject, signal: AbortSignal) => Promise<void>;
  /** Resolves when all steps hold. Throws VERIFY_FAILED when one does not within the time. */
  readonly verify: (subject: HookSubject, files: readonly RenderedFile[], signal: AbortSignal) => Promise<void>;
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
  readonly hooks: DeliveryHooks;
  /** How long a change waits for this pod's turn. */
  readonly staggerMs: number;
  /** How far this delivery has got, kept where an agent that is started again finds it. */
  readonly progress: {
    readonly read: (published: number) => Promise<DeliveryProgress>;
    readonly write: (progress: DeliveryProgress) => Promise<void>;
  };
  /** Files of an earlier agent: no hook may show what is in them. */
  readonly learn: (values: Iterable<SecretValue>) => void;
  readonly onRollback: () => void;
  /** Told after every change of what `status` says. */
  readonly onChange: () => void;
}

/** Drives one delivery: runs the effects that core/delivery.ts decides, and feeds their results back. */
export interface Deliverer {
  readonly delivery: Delivery;
  readonly start: () => Promise<void>;
  /** `versions`: what the store calls what `content` was made of; absent where it has no names for it. */
  readonly offer: (externalSecret: string, content: MemberContent, versions?: RemoteVersions) => void;
  /** The operator wants it now: what is held is tried again, and nothing waits for its next try. */
  readonly force: () => void;
  readonly status: () => DeliveryStatus;
  readonly state: () => DeliveryState;
  /** Why it isn't settled, as far as it knows, and since when. */
  readonly obstacle: () => Obstacle | undefined;
  /** True when all that was offered is published and acknowledged or held, or there is nothing to publish. */
  readonly isSettled: () => boolean;
  /** What each member gave for the files that readers see and the app has; undefined while it has not been told of what is published. */
  readonly acknowledged: () => ReadonlyMap<string, MemberContent> | undefined;
  /** Takes its files off the volume; only after it stopped. */
  readonly remove: () => Promise<void>;
  /** Resolves when nothing of it runs any more, after its signal was aborted. */
  readonly stopped: () => Promise<void>;
}
