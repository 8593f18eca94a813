import type { SessionEvent, StoreRequest } from '../core/effects.ts';
import type { Status } from '../core/status.ts';
import { counter, histogram } from './counters.ts';
import { expositionText } from './exposition.ts';
import { esoCall, esoFamilies } from './metrics-eso.ts';
import { keytideFamilies } from './metrics-keytide.ts';
import { vaultFamilies } from './metrics-vault.ts';

/** Counts what happens from the start of the process on, cheaply; the text is made when somebody asks for it. */
export interface Meter {
  /** One refresh of an external secret ended. */
  readonly recordSync: (sync: SyncRecord) => void;
  /** One request to a store ended. `provider`: the kind of store, as the spec calls it. */
  readonly recordRequest: (provider: string, request: StoreRequest) => void;
  /** A login that is kept alive: made, renewed, or known how long it lives from now on. */
  readonly recordSession: (event: SessionEvent, nowMs: number) => void;
  /** One renewal of a lease ended. */
  readonly recordLeaseRenewal: (generator: string, result: 'ok' | 'failed') => void;
  /** One reload step ended. */
  readonly recordReload: (reload: ReloadRecord) => void;
  /** One step of a proof held, or was given up. */
  readonly recordVerify: (verify: VerifyRecord) => void;
  /** A delivery went back to the files before. */
  readonly recordRollback: (delivery: string) => void;
  /** The page of `/metrics`: what was counted, and what the status says at this moment (ms since the epoch). */
  readonly render: (status: Status, nowMs: number) => string;
}

export interface SyncRecord {
  readonly name: string;
  readonly namespace: string;
  readonly result: 'ok' | 'failed';
  readonly durationMs: number;
}

export interface ReloadRecord {
  readonly delivery: string;
  /** Its kind, such as `signal`. */
  readonly step: string;
  readonly result: 'ok' | 'failed';
}

export interface VerifyRecord extends ReloadRecord {
  /** From the reload until it held, or was given up. */
  readonly seconds: number;
}

export interface BuildInfo {
  readonly version: string;
  /** Such as `v24.1.0`. */
  readonly node: string;
}

/** What was counted; metrics-keytide.ts and metrics-eso.ts give it names. */
export interface Counts {
  /** `name`, `namespace`. */
  readonly syncs: ReturnType<typeof counter>;
  readonly syncErrors: ReturnType<typeof counter>;
  /** Of the last refresh; key: name. */
  readonly syncMs: ReadonlyMap<string, number>;
  /** `store`, `operation`, `class`. */
  readonly requests: ReturnType<typeof counter>;
  readonly requestSeconds: ReturnType<typeof histogram>;
  /** `provider`, `call`, `status`. */
  readonly providerCalls: ReturnType<typeof counter>;
  /** `delivery`, `step`, `result`. */
  readonly reloads: ReturnType<typeof counter>;
  readonly verifySeconds: ReturnType<typeof histogram>;
  /** `delivery`. */
  readonly rollbacks: ReturnType<typeof counter>;
  /** `store`, `method`, `result`. */
  readonly vaultLogins: ReturnType<typeof counter>;
  readonly vaultRenewals: ReturnType<typeof counter>;
  /** By store: when its token ends, in ms since the epoch; Infinity: never. */
  readonly tokenEnds: ReadonlyMap<string, number>;
  /** `generator`, `result`. */
  readonly leaseRenewals: ReturnType<typeof counter>;
}

/** A call on a healthy store takes 10 to 100 ms; a slow one is given up after seconds. */
const requestBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** An app that reads its files again takes 10 ms to 1 s; one that starts anew, up to a minute. */
const verifyBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMeter(build: BuildInfo): Meter {
  const syncMs = new Map<string, number>();
  const tokenEnds = new Map<string, number>();
  const counts: Counts = {
    ...{ syncs: counter(), syncErrors: counter(), syncMs, requests: counter() },
    ...{ requestSeconds: histogram(requestBounds), providerCalls: counter(), reloads: counter() },
    ...{ verifySeconds: histogram(verifyBounds), rollbacks: counter() },
    ...{ vaultLogins: counter(), vaultRenewals: counter(), tokenEnds, leaseRenewals: counter() },
  };
  return {
    recordSync: ({ name, namespace, result, durationMs }) => {
      counts.syncs.add({ name, namespace });
      if (result === 'failed') counts.syncErrors.add({ name, namespace });
      syncMs.set(name, durationMs);
    },
    recordRequest: (provider, { store, operation, class: kind, seconds }) => {
      const labels = { store, operation, class: kind };
      counts.requests.add(labels);
      counts.requestSeconds.observe(labels, seconds);
      const call = esoCall(provider, operation);
      if (call) counts.providerCalls.add({ ...call, status: kind === 'ok' ? 'success' : 'error' });
    },
    recordSession(event, nowMs) {
      const { store } = event;
      if (event.kind === 'token')
        tokenEnds.set(store, event.ttlSeconds === 0 ? Number.POSITIVE_INFINITY : nowMs + event.ttlSeconds * 1_000);
      else
        (event.kind === 'login' ? counts.vaultLogins : counts.vaultRenewals).add({
          store,
          method: event.method,
          result: event.result,
        });
    },
    recordLeaseRenewal: (generator, result) => counts.leaseRenewals.add({ generator, result }),
    recordReload: ({ delivery, step, result }) => counts.reloads.add({ delivery, step, result }),
    recordVerify: ({ delivery, step, result, seconds }) => counts.verifySeconds.observe({ delivery, step, result }, seconds),
    recordRollback: (delivery) => counts.rollbacks.add({ delivery }),
    render: (status, nowMs) =>
      expositionText([
        ...keytideFamilies(counts, status, build, nowMs),
        ...vaultFamilies(counts, status, nowMs),
        ...esoFamilies(counts, status),
      ]),
  };
}
