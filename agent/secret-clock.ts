import type { AgentError } from './core/agent-error.ts';
import type { HintLimit } from './core/hint-limit.ts';
import { refreshReason } from './core/refresh-decision.ts';
import type { ExternalSecret } from './core/spec.ts';
import type { MemberContent } from './delivery-content.ts';
import { storesOf } from './resolve/needs.ts';
import type { RemoteFacts } from './resolve/remote-facts.ts';
import type { Listed, Resolved } from './resolve/resolve.ts';
import type { StoreReader } from './store-reader.ts';

/** The clock of one external secret, and what it last gave. */
export interface SecretClock {
  readonly secret: ExternalSecret;
  readonly readers: ReadonlyMap<string, StoreReader>;
  /** ms since the epoch; Infinity: nothing will refresh it by itself. */
  dueAt: number;
  isRunning: boolean;
  /** Asked for while it was running. */
  isWanted: boolean;
  failures: number;
  failingSince?: number | undefined;
  successes: number;
  refreshedAt?: number;
  content?: MemberContent;
  /** Of generators: what `content` was made with. */
  credentials?: ReadonlySet<string>;
  reason: string;
  error?: AgentError | undefined;
  warnings: readonly string[];
  /** What stores told of the objects that `content` was made of. */
  facts?: RemoteFacts;
  /** What the app's hints have cost so far, and when the next look for one is due. */
  hints?: HintLimit | undefined;
  hintLookAt?: number | undefined;
  /** Called when a refresh that begins from now on has ended. */
  readonly askers: (() => void)[];
  /** What its finds listed last: a hit that can't be read any more fails the refresh instead of vanishing. */
  listed?: Listed;
}

/** What the old clock of that name gave goes on being delivered until the new one succeeds. */
export function newClock(
  secret: ExternalSecret,
  readers: ReadonlyMap<string, StoreReader>,
  old: SecretClock | undefined,
  now: number,
): SecretClock {
  const stores = storesOf(secret);
  const mine = new Map([...readers].filter(([id]) => stores.has(id)));
  return {
    ...{
      secret,
      readers: mine,
      dueAt: firstDueAt(secret, old, now),
      isRunning: false,
      isWanted: false,
      failures: 0,
      successes: old?.successes ?? 0,
      askers: old?.askers ?? [],
    },
    ...{ reason: old?.reason ?? 'Pending', warnings: [] },
    ...(old?.content ? { content: old.content } : {}),
    ...(old?.facts ? { facts: old.facts } : {}),
    ...(old?.credentials ? { credentials: old.credentials } : {}),
    ...(old?.refreshedAt ? { refreshedAt: old.refreshedAt } : {}),
  };
}

/** A changed spec refreshes at once, but for what the policy says is refreshed no more (eso.md 1.8). */
function firstDueAt(secret: ExternalSecret, old: SecretClock | undefined, now: number): number {
  const settings = { ...secret, creationPolicy: secret.target.creationPolicy };
  const facts = { refreshedAt: old?.refreshedAt, isChanged: true, isForced: false, isTargetDamaged: false };
  return refreshReason(settings, facts, now, 'agent') ? now : Number.POSITIVE_INFINITY;
}

/** Nothing left: deletionPolicy Retain leaves what is published alone, Delete takes it away (eso.md 1.5). */
export function contentOf(result: Resolved, each: SecretClock): MemberContent {
  if (result.kind === 'entries') return result.entries;
  return result.outcome === 'SecretDeleted' ? new Map() : (each.content ?? 'nothing');
}

/** By value: a store that gives the same bytes again has told nothing new. */
export function isSameContent(one: MemberContent | undefined, other: MemberContent): boolean {
  if (one === undefined || one === 'nothing' || other === 'nothing') return one === other;
  return one.size === other.size && [...one].every(([key, value]) => other.get(key)?.equals(value));
}
