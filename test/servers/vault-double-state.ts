import type { Outgoing } from './vault-double-faults.ts';
import { ready } from './vault-double-http.ts';
import { matches } from './vault-double-policies.ts';
import { type Call, encodeInOrder, VaultRefusal } from './vault-double-wire.ts';

/** How the node is. A standby passes requests on unless it has a leader to send them to. */
export type ServerState =
  | { readonly kind: 'active' | 'sealed' | 'uninitialised' | 'leaderless' }
  | { readonly kind: 'standby' | 'performanceStandby'; readonly leader?: string };

/** Requests below a path that an interval is good for (sys/quotas/rate-limit). */
export interface RateLimit {
  /** As in a policy; every path when absent. */
  readonly path?: string;
  readonly requests: number;
  readonly intervalSeconds: number;
  /** Says when to come back. */
  readonly tellsRetryAfter?: boolean;
}

/** Throws where the node takes no request now; an answer where it sends the client elsewhere. */
export function nodeState(now: () => number, version: string) {
  let state: ServerState = { kind: 'active' };
  const limits = new Map<RateLimit, { startedAt: number; taken: number }>();
  return {
    set: (next: ServerState) => {
      state = next;
    },
    limit(limit: RateLimit): { readonly end: () => void } {
      limits.set(limit, { startedAt: now(), taken: 0 });
      return { end: () => void limits.delete(limit) };
    },
    gate,
  };

  function gate(call: Call, rawPath: string): Outgoing | undefined {
    if (call.path === 'sys/health') return health(call.query);
    if (call.path === 'sys/seal-status') return ready(200, sealStatus());
    if (call.path === 'sys/leader') return ready(200, leader());
    if (state.kind === 'sealed') throw new VaultRefusal(503, 'Vault is sealed');
    if (state.kind === 'uninitialised') throw new VaultRefusal(501, 'Vault is not initialized');
    if (state.kind === 'leaderless') throw new VaultRefusal(500, 'local node not active but active cluster node not found');
    if ((state.kind === 'standby' || state.kind === 'performanceStandby') && state.leader)
      return { status: 307, headers: { location: `${state.leader}${rawPath}` }, body: '' };
    take(call);
    return undefined;
  }

  function take({ path }: Call): void {
    for (const [limit, window] of limits) {
      if (!matches(limit.path ?? '*', path)) continue;
      const length = limit.intervalSeconds * 1000;
      if (now() - window.startedAt >= length) Object.assign(window, { startedAt: now(), taken: 0 });
      window.taken += 1;
      if (window.taken <= limit.requests) continue;
      const reset = String(Math.max(1, Math.ceil((window.startedAt + length - now()) / 1000)));
      const told = {
        'retry-after': reset,
        'x-ratelimit-limit': String(limit.requests),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset,
      };
      throw new VaultRefusal(429, `request path "${path}": rate limit quota exceeded`, limit.tellsRetryAfter ? told : {});
    }
  }

  /** vault.md 4. */
  function health(query: Readonly<Record<string, string>>): Outgoing {
    const code = (name: string, usual: number): number => Number(query[name] ?? usual);
    const codes = {
      active: code('activecode', 200),
      standby: 'standbyok' in query ? code('activecode', 200) : code('standbycode', 429),
      leaderless: 'standbyok' in query ? code('activecode', 200) : code('standbycode', 429),
      performanceStandby: 'perfstandbyok' in query ? code('activecode', 200) : code('performancestandbycode', 473),
      sealed: code('sealedcode', 503),
      uninitialised: code('uninitcode', 501),
    };
    const isSealed = state.kind === 'sealed' || state.kind === 'uninitialised';
    const body = {
      initialized: state.kind !== 'uninitialised',
      sealed: isSealed,
      standby: state.kind === 'standby' || state.kind === 'leaderless' || isSealed,
      performance_standby: state.kind === 'performanceStandby',
      replication_performance_mode: 'disabled',
      replication_dr_mode: 'disabled',
      server_time_utc: Math.trunc(now() / 1000),
      version,
      enterprise: false,
      ...(isSealed ? {} : { cluster_name: 'vault-cluster-double', cluster_id: '00000000-0000-4000-8000-000000000001' }),
      ...{ echo_duration_ms: 0, clock_skew_ms: 0, replication_primary_canary_age_ms: 0 },
    };
    return ready(codes[state.kind], encodeInOrder(body));
  }

  function sealStatus(): string {
    const isSealed = state.kind === 'sealed';
    return encodeInOrder({
      type: 'shamir',
      initialized: state.kind !== 'uninitialised',
      sealed: isSealed,
      t: 1,
      n: 1,
      progress: 0,
      version,
    });
  }

  function leader(): string {
    const address = state.kind === 'standby' || state.kind === 'performanceStandby' ? (state.leader ?? '') : '';
    return encodeInOrder({ ha_enabled: true, is_self: state.kind === 'active', leader_address: address });
  }
}
