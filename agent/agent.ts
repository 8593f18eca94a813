import { hint, refreshNow } from './agent-asks.ts';
import { agentStatus } from './agent-status.ts';
import type { AgentWorld } from './agent-world.ts';
import { AgentError } from './core/agent-error.ts';
import type { Asked } from './core/asked.ts';
import type { Delivery, ExternalSecret, Spec } from './core/spec.ts';
import type { Status } from './core/status.ts';
import { deliverer } from './deliverer.ts';
import type { Deliverer } from './deliverer-world.ts';
import { type LeaseDeliveries, leaseDeliveries } from './lease-deliveries.ts';
import type { Ledger } from './leases/ledger.ts';
import { isRecorded, type RecordedEntries } from './publish/entries-record.ts';
import type { SecretTemplates } from './refresh-answers.ts';
import { type Refresher, refresher } from './refresher.ts';
import type { SecretClock } from './secret-clock.ts';
import { type StoreReader, storeReader } from './store-reader.ts';

/** A spec that runs: one refresher, one deliverer a delivery, and the readers of its stores. */
export interface Agent {
  /** Takes a spec, or another one: what didn't change keeps its sessions, clocks and generations. */
  readonly apply: (spec: Spec) => Promise<void>;
  /** The operator asks: refreshed at once, and then what is held is tried again. False: there is no such thing. */
  readonly refreshNow: (asked: Asked) => boolean;
  /** The app thinks that it has not the current values: refreshed as often as that is allowed. False: there is no such thing. */
  readonly hint: (asked: Asked) => boolean;
  readonly run: () => Promise<void>;
  readonly watchStores: () => Promise<void>;
  readonly clocks: () => ReadonlyMap<string, SecretClock>;
  readonly deliverers: () => readonly Deliverer[];
  readonly aliveAt: () => number;
  readonly status: (spec: Status['spec'], startedAt: Date) => Status;
  readonly close: () => Promise<void>;
}

export function agent(world: AgentWorld): Agent {
  const ledger = world.ledger({
    spec: () => running.spec,
    refresh: (name) => void running.refresher.refreshNow([name]),
    onChange: world.onChange,
  });
  const running: Running = {
    ...{ world, ledger, leases: leaseDeliveries(ledger) },
    readers: new Map(),
    deliverers: new Map(),
    refresher: refresherOf(
      world,
      (name) => membersOf(running, name),
      (secret) => targetExists(running, secret),
      (secret) => templatesOf(running, secret),
      ledger.give,
    ),
  };
  return {
    apply: (spec) => apply(running, spec),
    refreshNow: (asked) => refreshNow(asks(running), asked),
    hint: (asked) => hint(asks(running), asked),
    run: async () => void (await Promise.all([running.refresher.run(), ledger.run()])),
    watchStores: () => watchStores(running),
    clocks: () => running.refresher.clocks,
    deliverers: () => [...running.deliverers.values()].map(({ deliverer }) => deliverer),
    aliveAt: () => running.refresher.aliveAt(),
    status: (spec, startedAt) => agentStatus(shown(running), spec, startedAt),
    close: async () => {
      await Promise.all([...running.deliverers.values()].map(stopDelivery));
      await Promise.all([ledger.close(world.atEnd()), ...[...running.readers.values()].map((reader) => reader.close())]);
    },
  };
}

interface Running {
  readonly world: AgentWorld;
  readonly readers: Map<string, StoreReader>;
  readonly deliverers: Map<string, RunningDelivery>;
  readonly refresher: Refresher;
  readonly ledger: Ledger;
  readonly leases: LeaseDeliveries;
  spec?: Spec;
}

function shown({ readers, deliverers, refresher, ledger, spec }: Running): Parameters<typeof agentStatus>[0] {
  return {
    ...{ readers: readers.values(), clocks: refresher.clocks.values(), leases: ledger.status },
    deliverers: [...deliverers.values()].map(({ deliverer }) => deliverer),
    namespace: spec?.identity.namespace ?? '',
  };
}

function asks({ refresher, deliverers }: Running): Parameters<typeof hint>[0] {
  return { refresher, deliverers: [...deliverers.values()].map(({ deliverer }) => deliverer) };
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
  generate: Ledger['give'],
): Refresher {
  const { clock, log, signal, fraction, learn, onSync, onChange } = world;
  return refresher({
    ...{ clock, log, signal, fraction, learn, onSync, onChange },
    ...{ targetExists, templates, generate },
    onContent: ({ secret, facts }, content, refreshedAt) => {
      if (content !== 'nothing') void world.recorded.write(secret, content, refreshedAt);
      for (const each of members(secret.name)) each.offer(secret.name, content, facts?.versions);
    },
  });
}

function membersOf(running: Pick<Running, 'deliverers'>, externalSecret: string): readonly Deliverer[] {
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
  await running.ledger.use(spec);
  running.refresher.use(spec.externalSecrets, running.readers, recorded);
  for (const [id, reader] of old) if (running.readers.get(id) !== reader) await reader.close();
  lookAtLeases(running);
}

function lookAtLeases({ leases, refresher, deliverers }: Running): void {
  leases.look(
    refresher.clocks,
    [...deliverers.values()].map(({ deliverer }) => deliverer),
  );
}

async function applyDeliveries(running: Running, spec: Spec): Promise<void> {
  const wanted = new Map(spec.deliveries.map((delivery) => [delivery.name, delivery]));
  noteDeparted(running, spec);
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

function noteDeparted({ refresher, leases, ...running }: Running, spec: Spec): void {
  for (const name of refresher.clocks.keys())
    if (!spec.externalSecrets.some((secret) => secret.name === name))
      leases.left(
        name,
        membersOf(running, name).map(({ delivery }) => delivery.directory),
      );
}

/** What left the spec stays on the volume, as a Secret volume keeps its files; only deletionPolicy Delete asks for more. */
async function leave({ world, refresher, leases }: Running, { delivery, remove }: Deliverer, spec: Spec): Promise<void> {
  const secrets = delivery.externalSecrets.map((name) => refresher.clocks.get(name)?.secret);
  const isWanted = spec.deliveries.some(({ directory }) => directory === delivery.directory);
  const goes = !isWanted && secrets.every((secret) => secret?.target.deletionPolicy === 'Delete');
  world.log.info({ delivery: delivery.name, files: goes ? 'removed' : 'kept' }, 'no longer in the spec');
  if (!goes) return;
  await remove();
  leases.removed(delivery.directory);
}

async function startDelivery(running: Running, delivery: Delivery, spec: Spec): Promise<RunningDelivery> {
  const { clock, log, signal, reloads, onChange } = running.world;
  const stop = new AbortController();
  const started = deliverer(delivery, {
    ...(await running.world.delivererWorld(delivery, spec)),
    ...{ clock, log, reloads, signal: AbortSignal.any([signal, stop.signal]) },
    onChange() {
      lookAtLeases(running);
      onChange();
    },
    learn: running.world.learn,
    onRollback: () => running.world.onRollback(delivery),
  });
  await started.start();
  for (const secret of spec.externalSecrets.filter(({ name }) => delivery.externalSecrets.includes(name))) {
    const clock = running.refresher.clocks.get(secret.name);
    // What a changed external secret gave is not offered to a changed delivery: its new entries come in a moment.
    const isCurrent = clock?.secret.digest === secret.digest || isRecorded(secret);
    if (clock?.content && isCurrent) started.offer(secret.name, clock.content, clock.facts?.versions);
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
      void refresher.refreshNow(using.map(({ secret }) => secret.name));
    };
    await reader
      .watch(refresh)
      .catch((error: unknown) => world.log.warn({ store: reader.store.id, error }, 'changes of this store are not watched'));
  }
}
