import { AgentError } from './core/agent-error.ts';
import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import type { Entries, SecretValue } from './core/secret-value.ts';
import type { Delivery, ExternalSecret, Spec, Store } from './core/spec.ts';
import { type ExternalSecretStatus, errorStatus, type Status } from './core/status.ts';
import { deliverer } from './deliverer.ts';
import type { Deliverer, DelivererWorld } from './deliverer-world.ts';
import type { Provider } from './providers/provider.ts';
import { isRecorded, type RecordedEntries } from './publish/entries-record.ts';
import { type Refresher, refresher, type SecretTemplates } from './refresher.ts';
import type { SecretClock } from './secret-clock.ts';
import { type StoreReader, storeReader } from './store-reader.ts';

/** What the two loops need of the world; made once by a command. */
export interface AgentWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly fraction: number;
  readonly reloads: 'on' | 'off';
  readonly open: (store: Store, spec: Spec) => Promise<Provider>;
  readonly learn: (values: Iterable<SecretValue>) => void;
  /** Entries that an agent which is started again must not fetch anew. `write` passes over all others; it never rejects. */
  readonly recorded: {
    readonly read: (secret: ExternalSecret) => Promise<RecordedEntries | undefined>;
    readonly write: (secret: ExternalSecret, entries: Entries, refreshedAt: number) => Promise<void>;
  };
  /** The Go templates of an external secret; ConfigMaps and Secrets of the spec answer what they name. */
  readonly templates: (secret: ExternalSecret, spec: Spec) => Promise<SecretTemplates>;
  /** What a delivery may use, beside what all share. */
  readonly delivererWorld: (
    delivery: Delivery,
    spec: Spec,
  ) => Promise<Pick<DelivererWorld, 'place' | 'render' | 'reload' | 'acknowledged'>>;
  readonly onSync: (secret: ExternalSecret, result: 'ok' | 'failed', durationMs: number) => void;
  readonly onReload: (delivery: Delivery, step: string, result: 'ok' | 'failed') => void;
  /** Told after every change of what `status` says. */
  readonly onChange: () => void;
}

/** A spec that runs: one refresher, one deliverer a delivery, and the readers of its stores. */
export interface Agent {
  /** Takes a spec, or another one: what didn't change keeps its sessions, clocks and generations. */
  readonly apply: (spec: Spec) => Promise<void>;
  readonly refreshNow: () => void;
  readonly run: () => Promise<void>;
  readonly watchStores: () => Promise<void>;
  readonly clocks: () => ReadonlyMap<string, SecretClock>;
  readonly deliverers: () => readonly Deliverer[];
  readonly aliveAt: () => number;
  readonly status: (spec: Status['spec'], startedAt: Date) => Status;
  readonly close: () => Promise<void>;
}

export function agent(world: AgentWorld): Agent {
  const running: Running = {
    world,
    readers: new Map(),
    deliverers: new Map(),
    refresher: refresherOf(
      world,
      (name) => membersOf(running, name),
      (secret) => targetExists(running, secret),
      (secret) => templatesOf(running, secret),
    ),
  };
  return {
    apply: (spec) => apply(running, spec),
    refreshNow: () => running.refresher.refreshNow(running.refresher.clocks.keys()),
    run: () => running.refresher.run(),
    watchStores: () => watchStores(running),
    clocks: () => running.refresher.clocks,
    deliverers: () => [...running.deliverers.values()].map(({ deliverer }) => deliverer),
    aliveAt: () => running.refresher.aliveAt(),
    status: (spec, startedAt) => status(running, spec, startedAt),
    close: async () => {
      await Promise.all([...running.deliverers.values()].map(stopDelivery));
      await Promise.all([...running.readers.values()].map((reader) => reader.close()));
    },
  };
}

interface Running {
  readonly world: AgentWorld;
  readonly readers: Map<string, StoreReader>;
  readonly deliverers: Map<string, RunningDelivery>;
  readonly refresher: Refresher;
  spec?: Spec;
}

interface RunningDelivery {
  readonly deliverer: Deliverer;
  readonly stop: AbortController;
}

function refresherOf(
  world: AgentWorld,
  members: (externalSecret: string) => readonly Deliverer[],
  targetExists: (secret: ExternalSecret) => boolean,
  templates: (secret: ExternalSecret) => Promise<SecretTemplates>,
): Refresher {
  const { clock, log, signal, fraction, learn, onSync, onChange } = world;
  return refresher({
    ...{ clock, log, signal, fraction, learn, onSync, onChange },
    ...{ targetExists, templates },
    onContent: (secret, content, refreshedAt) => {
      if (content !== 'nothing') void world.recorded.write(secret, content, refreshedAt);
      for (const each of members(secret.name)) each.offer(secret.name, content);
    },
  });
}

function membersOf(running: Running, externalSecret: string): readonly Deliverer[] {
  return [...running.deliverers.values()].flatMap(({ deliverer }) =>
    deliverer.delivery.externalSecrets.includes(externalSecret) ? [deliverer] : [],
  );
}

async function templatesOf({ world, spec }: Running, secret: ExternalSecret): Promise<SecretTemplates> {
  if (!spec) throw new AgentError('SPEC_INVALID', `external secret ${secret.name} is refreshed before there is a spec`);
  return world.templates(secret, spec);
}

/** With creationPolicy Merge something else must make the directory: another manifest, or what was published before (eso.md 1.6). */
function targetExists(running: Running, { name }: ExternalSecret): boolean {
  const { clocks } = running.refresher;
  return membersOf(running, name).some(({ delivery, state }) => {
    const others = delivery.externalSecrets.flatMap((member) => clocks.get(member)?.secret.target.creationPolicy ?? []);
    return delivery.origin === 'declared' || state().published > 0 || others.some((policy) => policy !== 'Merge');
  });
}

/** Deliveries first, so that nothing a refresh gives is lost; readers that are no longer used are closed last. */
async function apply(running: Running, spec: Spec): Promise<void> {
  const old = new Map(running.readers);
  running.readers.clear();
  for (const store of spec.stores) {
    const kept = old.get(store.id);
    const isSame = kept?.store.digest === store.digest;
    running.readers.set(
      store.id,
      kept && isSame ? kept : storeReader(store, () => running.world.open(store, spec), running.world.clock),
    );
  }
  running.spec = spec;
  await applyDeliveries(running, spec);
  const recorded = new Map<string, RecordedEntries>();
  for (const secret of spec.externalSecrets) {
    const before = await running.world.recorded.read(secret);
    if (before) recorded.set(secret.name, before);
  }
  running.refresher.use(spec.externalSecrets, running.readers, recorded);
  for (const [id, reader] of old) if (running.readers.get(id) !== reader) await reader.close();
}

async function applyDeliveries(running: Running, spec: Spec): Promise<void> {
  const wanted = new Map(spec.deliveries.map((delivery) => [delivery.name, delivery]));
  for (const [name, each] of running.deliverers) {
    if (wanted.get(name)?.digest === each.deliverer.delivery.digest) continue;
    await stopDelivery(each);
    running.deliverers.delete(name);
    if (!wanted.has(name)) await leave(running, each.deliverer, spec);
  }
  for (const delivery of spec.deliveries) {
    if (!running.deliverers.has(delivery.name))
      running.deliverers.set(delivery.name, await startDelivery(running, delivery, spec));
  }
}

/** What left the spec stays on the volume, as a Secret volume keeps its files; only deletionPolicy Delete asks for more. */
async function leave({ world, refresher }: Running, { delivery, remove }: Deliverer, spec: Spec): Promise<void> {
  const secrets = delivery.externalSecrets.map((name) => refresher.clocks.get(name)?.secret);
  const isWanted = spec.deliveries.some(({ directory }) => directory === delivery.directory);
  const goes = !isWanted && secrets.every((secret) => secret?.target.deletionPolicy === 'Delete');
  world.log.info({ delivery: delivery.name, files: goes ? 'removed' : 'kept' }, 'no longer in the spec');
  if (goes) await remove();
}

async function startDelivery(running: Running, delivery: Delivery, spec: Spec): Promise<RunningDelivery> {
  const { clock, log, signal, reloads, onChange } = running.world;
  const stop = new AbortController();
  const started = deliverer(delivery, {
    ...(await running.world.delivererWorld(delivery, spec)),
    ...{ clock, log, reloads, onChange, signal: AbortSignal.any([signal, stop.signal]) },
    onReload: (step, result) => running.world.onReload(delivery, step, result),
  });
  await started.start();
  for (const secret of spec.externalSecrets.filter(({ name }) => delivery.externalSecrets.includes(name))) {
    const clock = running.refresher.clocks.get(secret.name);
    // What a changed external secret gave is not offered to a changed delivery: its new entries come in a moment.
    const isCurrent = clock?.secret.digest === secret.digest || isRecorded(secret);
    if (clock?.content && isCurrent) started.offer(secret.name, clock.content);
  }
  return { deliverer: started, stop };
}

/** Its last publish or reload ends before the next deliverer of that directory begins. */
async function stopDelivery({ deliverer, stop }: RunningDelivery): Promise<void> {
  stop.abort();
  await deliverer.stopped();
}

/** Stores that notice changes themselves (a watched file) refresh what uses them. One that can't be opened now is asked when it is due. */
async function watchStores({ readers, refresher, world }: Running): Promise<void> {
  for (const reader of readers.values()) {
    const refresh = (): void => {
      const using = [...refresher.clocks.values()].filter((each) => each.readers.get(reader.store.id) === reader);
      refresher.refreshNow(using.map(({ secret }) => secret.name));
    };
    await reader
      .watch(refresh)
      .catch((error: unknown) => world.log.warn({ store: reader.store.id, error }, 'changes of this store are not watched'));
  }
}

function status(running: Running, spec: Status['spec'], startedAt: Date): Status {
  return {
    ...{ schemaVersion: 1, startedAt: startedAt.toISOString(), spec },
    stores: [...running.readers.values()].map((reader) => reader.status()),
    externalSecrets: [...running.refresher.clocks.values()].map((each) =>
      secretStatus(each, running.spec?.identity.namespace ?? ''),
    ),
    deliveries: [...running.deliverers.values()].map(({ deliverer }) => deliverer.status()),
  };
}

function secretStatus(each: SecretClock, namespace: string): ExternalSecretStatus {
  const { secret, error, refreshedAt, dueAt } = each;
  return {
    ...{ name: secret.name, namespace: secret.namespace ?? namespace, refreshInterval: secret.refreshInterval },
    store: [...each.readers.keys()].join(', '),
    ...{ ready: each.successes > 0 && !error, reason: each.reason, warnings: each.warnings },
    ...(refreshedAt === undefined ? {} : { refreshedAt: new Date(refreshedAt).toISOString() }),
    ...(Number.isFinite(dueAt) ? { nextAt: new Date(dueAt).toISOString() } : {}),
    ...(error ? { error: errorStatus(error) } : {}),
  };
}
