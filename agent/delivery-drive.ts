import type { AgentError } from './core/agent-error.ts';
import { step } from './core/delivery.ts';
import type { DeliveryEffect, DeliveryEvent, DeliveryRules, DeliveryState, HeldContent } from './core/delivery-state.ts';
import { type RemoteVersions, type ToldVersions, toldVersions, type VersionsBySecret } from './core/remote-versions.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { Delivery } from './core/spec.ts';
import type { DelivererWorld } from './deliverer-world.ts';
import type { MemberContent, Visible } from './delivery-content.ts';

/** What each member of a delivery gave. */
export type Contents = ReadonlyMap<string, MemberContent>;

/** What a running deliverer holds. */
export interface Drive {
  readonly delivery: Delivery;
  readonly world: DelivererWorld;
  readonly rules: DeliveryRules;
  readonly offered: Map<string, MemberContent>;
  readonly offeredVersions: Map<string, RemoteVersions>;
  /** What stores call what was made of which contents. */
  readonly versionsOf: WeakMap<Contents, VersionsBySecret>;
  /** The asynchronous ones report back by `dispatch`, and never reject. */
  readonly carryOut: (effect: DeliveryEffect) => void;
  /** Has what was offered looked at again. */
  readonly look: () => void;
  state: DeliveryState;
  visible?: Visible;
  /** What `visible` was made of, as far as this agent knows. */
  visibleOf?: Contents | undefined;
  /** What the acknowledged generation was made of. */
  acknowledgedOf?: Contents | undefined;
  /** What would be published now, and what it was made of. */
  candidate?: readonly RenderedFile[];
  candidateOf?: Contents;
  beingPublished?: readonly RenderedFile[] | undefined;
  held?: HeldContent | undefined;
  error?: AgentError | undefined;
  failingSince?: number | undefined;
  acknowledgedAt?: Date;
  alarm: AbortController;
  /** True when something was offered that the candidate doesn't show yet. */
  isStale: boolean;
  considering?: Promise<void> | undefined;
  /** The publish, reload or verify that runs: at most one. */
  inFlight?: Promise<void>;
  recording?: Promise<void>;
}

/** As a field for log lines about a generation that was made of these contents; a generation of an earlier agent has none to tell. */
export function versionsOf(drive: Drive, of: Contents | undefined): { readonly versions?: ToldVersions } {
  const versions = toldVersions(of && drive.versionsOf.get(of));
  return Object.keys(versions).length > 0 ? { versions } : {};
}

export function dispatch(drive: Drive, event: DeliveryEvent): void {
  if (drive.world.signal.aborted) return;
  const next = step(drive.state, event, drive.rules);
  drive.state = next.state;
  for (const effect of next.effects) drive.carryOut(effect);
  drive.world.onChange();
}

/** `generation`: which one it happened to. */
export function fail(drive: Drive, failure: AgentError, message: string, generation?: number): void {
  drive.failingSince = drive.error ? drive.failingSince : drive.world.clock.now();
  drive.error = failure;
  const which = generation === undefined ? {} : { generation };
  drive.world.log.error({ delivery: drive.delivery.name, ...which, error: failure }, message);
  drive.world.onChange();
}
