import { queryId, refId } from '../core/object-ref.ts';
import type { Problem } from '../core/problem.ts';
import type { Delivery, ExternalSecret, Spec, Store } from '../core/spec.ts';
import type { ProviderKind, StorePlan } from '../providers/provider.ts';
import { needsOf, storesOf } from '../resolve/needs.ts';
import type { SpecObject, SpecReport } from '../spec/read-spec.ts';
import { type FileReport, filesOf } from './check-files.ts';
import { findInWords, refInWords, refreshInWords } from './check-words.ts';
import { checkInWords, reloadInWords, staggerInWords, verifyInWords } from './hook-words.ts';

/** What `keytide check` finds out, as `-o json` prints it. Only words of the spec: nothing was asked. */
export interface CheckReport {
  readonly accepted: boolean;
  readonly problems: readonly Problem[];
  /** Every document that was found, and whether it counts. */
  readonly objects: readonly SpecObject[];
  /** These are empty when the spec is refused. */
  readonly stores: readonly StoreReport[];
  readonly deliveries: readonly DeliveryReport[];
  /** All stores together, for one pod that runs all day and whose secrets don't fail. */
  readonly callsPerDay: number;
}

export interface StoreReport {
  readonly store: string;
  /** Such as `AWS Secrets Manager in eu-west-1`. */
  readonly place: string;
  readonly identity: string;
  /** Each remote object once. */
  readonly reads: readonly { readonly what: string; readonly externalSecrets: readonly string[] }[];
  /** For one refresh of all that uses it, as at the start of a pod. */
  readonly callsAtStart: number;
  readonly callsPerDay: number;
  readonly notes: readonly string[];
}

export interface DeliveryReport {
  readonly delivery: string;
  /** Absolute. */
  readonly directory: string;
  readonly externalSecrets: readonly { readonly name: string; readonly refresh: string }[];
  readonly files: readonly FileReport[];
  /** What is looked at before files are published, one line each. */
  readonly check: readonly string[];
  /** One line a step; empty: the app has to watch its files. */
  readonly reload: readonly string[];
  /** What proves that the app took the files, one line a step; empty: being told is enough. */
  readonly verify: readonly string[];
  /** What becomes of files that the app did not take; absent where nothing is verified. */
  readonly onVerifyFailure?: Delivery['onVerifyFailure'];
  /** What a change waits for. */
  readonly stagger?: string;
}

/** Pure: what was read in, what would happen out. */
export function checkReport(
  { spec, problems, objects }: SpecReport,
  root: string,
  providers: Readonly<Record<string, ProviderKind>>,
): CheckReport {
  if (!spec) return { accepted: false, problems, objects, stores: [], deliveries: [], callsPerDay: 0 };
  const stores = spec.stores.map((store) => storeReport(store, spec, providers[store.provider]));
  const callsPerDay = stores.reduce((sum, store) => sum + store.callsPerDay, 0);
  const deliveries = spec.deliveries.map((delivery) => deliveryReport(delivery, spec, root));
  return { accepted: true, problems, objects, stores, deliveries, callsPerDay: Math.ceil(callsPerDay) };
}

function storeReport(store: Store, spec: Spec, kind: ProviderKind | undefined): StoreReport {
  const plan = kind?.plan(store, store.config, spec.identity);
  const using = spec.externalSecrets.filter((secret) => uses(secret, store));
  return {
    ...{ store: store.id, place: plan?.place ?? store.provider, identity: plan?.identity ?? '' },
    reads: readsOf(store, using),
    callsAtStart: plan ? callsFor(store, using, plan) : 0,
    callsPerDay: plan ? callsPerDayFor(store, using, plan) : 0,
    notes: plan?.notes ?? [],
  };
}

function uses(secret: ExternalSecret, { id }: Store): boolean {
  return storesOf(secret).has(id);
}

function readsOf(store: Store, using: readonly ExternalSecret[]): StoreReport['reads'] {
  const reads = new Map<string, { readonly what: string; readonly externalSecrets: string[] }>();
  const note = (id: string, what: string, externalSecret: string): void => {
    const read = reads.get(id) ?? { what, externalSecrets: [] };
    read.externalSecrets.push(externalSecret);
    reads.set(id, read);
  };
  for (const secret of using) {
    const needs = needsOf([secret]);
    for (const ref of needs.refs.get(store.id) ?? []) note(refId(ref), refInWords(ref), secret.name);
    for (const find of needs.finds.get(store.id) ?? []) note(queryId(find), findInWords(find), secret.name);
  }
  return [...reads.values()];
}

function callsFor(store: Store, secrets: readonly ExternalSecret[], plan: StorePlan): number {
  const needs = needsOf(secrets);
  return plan.calls(needs.refs.get(store.id) ?? [], needs.finds.get(store.id) ?? []);
}

/** The clocks of a pod share one jitter, so external secrets with one interval are refreshed together, in the same batches. */
function callsPerDayFor(store: Store, using: readonly ExternalSecret[], plan: StorePlan): number {
  const periodic = using.filter(({ refreshPolicy, refreshIntervalMs }) => refreshPolicy === 'Periodic' && refreshIntervalMs > 0);
  const together = Map.groupBy(periodic, ({ refreshIntervalMs }) => Math.max(refreshIntervalMs, shortestIntervalMs));
  const perDay = [...together].map(([intervalMs, secrets]) => (callsFor(store, secrets, plan) * dayMs) / intervalMs);
  return Math.ceil(perDay.reduce((sum, calls) => sum + calls, 0));
}

const dayMs = 24 * 60 * 60 * 1_000;

/** The floor under every loop (core/schedule.ts). */
const shortestIntervalMs = 1_000;

function deliveryReport(delivery: Delivery, spec: Spec, root: string): DeliveryReport {
  const members = spec.externalSecrets.filter(({ name }) => delivery.externalSecrets.includes(name));
  const stagger = staggerInWords(delivery.stagger);
  return {
    ...{ delivery: delivery.name, directory: `${root.replace(/\/+$/, '')}/${delivery.directory}` },
    externalSecrets: members.map((secret) => ({ name: secret.name, refresh: refreshInWords(secret) })),
    files: filesOf(delivery, members),
    check: delivery.check ? checkInWords(delivery.check) : [],
    reload: delivery.reload.map(reloadInWords),
    ...(delivery.verify ? { verify: verifyInWords(delivery.verify), onVerifyFailure: delivery.onVerifyFailure } : { verify: [] }),
    ...(stagger === undefined ? {} : { stagger }),
  };
}
