import type { ToldVersions } from './remote-versions.ts';

export interface DeliveryState {
  readonly phase: Phase;
  /** The generation that readers see; 0 before the first. */
  readonly published: number;
  /** The last generation that the app was proved to have, or told of where no proof is asked for. */
  readonly acknowledged: number;
  /** Something newer than what is published, or being published, is known. */
  readonly pending: boolean;
  /** When the first and the latest change of this settling came. */
  readonly settling?: { readonly firstAt: number; readonly latestAt: number };
  /** In a row, of publishing, reloading or verifying. */
  readonly failures: number;
  readonly held?: Held;
}

/** A generation that the app did not take. It isn't published again by itself. */
export interface Held {
  /** The number that it had. */
  readonly generation: number;
  /** The number under which the one before it is shown again, or will be. */
  readonly restoredAs: number;
}

export type Phase =
  | 'waiting'
  | 'settling'
  | 'publishing'
  | 'unpublished'
  | 'reloading'
  | 'unreloaded'
  | 'verifying'
  | 'unverified'
  | 'restoring'
  | 'unrestored'
  | 'acknowledged'
  | 'rolledBack'
  | 'failed';

export type DeliveryEvent =
  /** A predecessor's generation was found on the volume. */
  | { readonly kind: 'adopted'; readonly generation: number; readonly acknowledged: number; readonly held?: Held }
  /** What would be rendered differs from what is published, and is not what is held. */
  | { readonly kind: 'changed'; readonly at: number }
  /** What would be rendered is again what is published: nothing is pending any more, nor is anything held back. */
  | { readonly kind: 'unchanged' }
  /** What would be rendered is what is held: nothing is pending any more. */
  | { readonly kind: 'heldBack' }
  | { readonly kind: 'wake'; readonly at: number }
  /** The operator wants it now: nothing is held any more, nothing waits for its next try. */
  | { readonly kind: 'forced'; readonly at: number }
  | { readonly kind: 'published'; readonly generation: number }
  | { readonly kind: 'publishFailed' }
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'reloadFailed' }
  | { readonly kind: 'verified' }
  | { readonly kind: 'verifyFailed' }
  | { readonly kind: 'restored'; readonly generation: number }
  /** `gone`: there is nothing any more to go back to. */
  | { readonly kind: 'restoreFailed'; readonly outcome: 'later' | 'gone' };

export type DeliveryEffect =
  /** Send `wake` at this time. A later one replaces an earlier one. */
  | { readonly kind: 'wakeAt'; readonly at: number }
  /** Send `wake` after a backoff for this many failures in a row. */
  | { readonly kind: 'retry'; readonly failures: number }
  /** Check the newest content, and publish it under this number. */
  | { readonly kind: 'publish'; readonly generation: number }
  | { readonly kind: 'reload'; readonly generation: number }
  | { readonly kind: 'verify'; readonly generation: number }
  /** Note that what is published is held; publish the generation `of` again, under this number. */
  | { readonly kind: 'restore'; readonly generation: number; readonly of: number }
  /** Remember that the app has this generation. */
  | { readonly kind: 'acknowledge'; readonly generation: number };

export interface DeliveryRules {
  readonly quietMs: number;
  readonly maxMs: number;
  /** How long a change of what is already published waits for the pod's turn. */
  readonly staggerMs: number;
  readonly reloads: boolean;
  readonly verifies: boolean;
  readonly onVerifyFailure: 'rollback' | 'keep';
  readonly firstReload: boolean;
}

export interface Step {
  readonly state: DeliveryState;
  readonly effects: readonly DeliveryEffect[];
}

/** What is remembered of a generation that the app did not take, over a restart of the agent as well. */
export interface HeldContent extends Held {
  /** By which the same files are known again. */
  readonly mark: string;
  /** What the proof said. */
  readonly reason: string;
  /** What stores call what it was made of. */
  readonly versions: ToldVersions;
  /** ms since the epoch. */
  readonly since: number;
}

/** How far a delivery has got, as it is kept for an agent that is started again. */
export interface DeliveryProgress {
  readonly published: number;
  readonly acknowledged: number;
  readonly held?: HeldContent;
}
