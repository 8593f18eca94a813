import assert from 'node:assert/strict';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Clock } from '../../agent/core/clock.ts';
import type { DeliveryProgress } from '../../agent/core/delivery-state.ts';
import type { RenderedFile } from '../../agent/core/rendered-file.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Delivery } from '../../agent/core/spec.ts';
import { deliverer } from '../../agent/deliverer.ts';
import type { Deliverer, DelivererWorld } from '../../agent/deliverer-world.ts';
import { quiet } from '../publish/workshop.ts';

/** Something that an agent waits for. */
interface Deed {
  readonly kind: 'publish' | 'reload' | 'verify' | 'note';
  /** What it does to the machine; throws what it fails with. */
  readonly apply: () => void;
  readonly end: (failure?: AgentError) => void;
}

/** How a deed ends: as it does by itself; with a failure; or the agent is killed right before or right after it. */
export type Ending = 'usual' | 'failure' | 'killBefore' | 'killAfter';

/**
 * What outlives an agent: a volume, the agent's record, and an app that takes every content but a bad one. Each agent that runs on it is a
 * real deliverer whose deeds wait until they are told how they end. What must always hold is checked with every deed.
 */
export class Machine {
  readonly generations = new Map<number, string>();
  current = 0;
  record: DeliveryProgress | undefined;
  /** What the app was last told of, and the generation that it was last proved to have. */
  told = '';
  proved = 0;
  newest = '';
  rollbacks = 0;
  now = 1_000;
  deeds: Deed[] = [];
  agent: Deliverer;
  private readonly delivery: Delivery;
  private stop = new AbortController();
  private timers: { readonly at: number; readonly fire: () => void }[] = [];
  /** The operator asked for what failed before it was away. */
  private isForced = false;
  private readonly refused = new Set<string>();

  constructor(delivery: Delivery) {
    this.delivery = delivery;
    this.agent = this.boot();
  }

  async start(): Promise<void> {
    await this.agent.start();
    this.offerNewest();
    await this.calm();
  }

  async offer(content: string): Promise<void> {
    if (content !== this.newest) this.refused.clear();
    this.newest = content;
    this.offerNewest();
    await this.calm();
  }

  async force(): Promise<void> {
    this.refused.clear();
    this.isForced = true;
    this.agent.force();
    await this.calm();
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    const due = this.timers.filter(({ at }) => at <= this.now);
    this.timers = this.timers.filter(({ at }) => at > this.now);
    for (const { fire } of due) fire();
    await this.calm();
  }

  /** The `at`-th of the deeds that are under way. */
  async end(at: number, ending: Ending): Promise<void> {
    const deed = this.deeds[at % Math.max(1, this.deeds.length)];
    if (!deed) return;
    this.deeds = this.deeds.filter((each) => each !== deed);
    const isFailure = ending === 'failure' && deed.kind !== 'note'; // A record that can't be written is another story.
    if (ending === 'killBefore') return this.kill();
    const failure = isFailure ? new AgentError(codes[deed.kind], 'made to fail') : this.applied(deed);
    if (ending === 'killAfter') return this.kill();
    deed.end(failure);
    await this.calm();
  }

  async kill(): Promise<void> {
    this.stop.abort();
    await this.calm();
    this.deeds = [];
    this.timers = [];
    this.agent = this.boot();
    await this.start();
  }

  /** Lets everything end as it does by itself. */
  async settle(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      await this.pass(400_000);
      while (this.deeds.length > 0) await this.end(0, 'usual');
    }
  }

  contentOf(generation: number): string | undefined {
    return this.generations.get(generation);
  }

  private applied(deed: Deed): AgentError | undefined {
    try {
      deed.apply();
      return undefined;
    } catch (error) {
      if (error instanceof AgentError) return error;
      throw error;
    }
  }

  private offerNewest(): void {
    if (this.newest !== '') this.agent.offer('db', new Map([['text', SecretValue.ofText(this.newest)]]));
  }

  /** Until nothing happens any more without us. */
  private async calm(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await new Promise(setImmediate);
  }

  private boot(): Deliverer {
    this.stop = new AbortController();
    return deliverer(this.delivery, this.world(this.stop.signal));
  }

  private world(signal: AbortSignal): DelivererWorld {
    const clock: Clock = { now: () => this.now, random: () => 0.5, sleep: (ms, until) => this.sleep(ms, until) };
    return {
      ...{ clock, log: quiet, signal, reloads: 'on', staggerMs: 0 },
      place: {
        path: '/volume/web',
        adopt: async () =>
          this.current === 0
            ? undefined
            : { number: this.current, files: filesOf(this.generations.get(this.current)), publishedAt: new Date(this.now) },
        publish: (files, generation, check) =>
          this.deed('publish', signal, () => this.publish(textOf(files), generation, check !== undefined)),
        readOlder: async (generation) => filesOf(this.generations.get(generation)),
        sweep: async (wanted) => this.sweep(wanted),
        remove: async () => {},
      },
      hooks: {
        check: async () => {},
        reload: () =>
          this.deed('reload', signal, () => {
            this.told = this.generations.get(this.current) ?? '';
          }),
        verify: () => this.deed('verify', signal, () => this.verify()),
      },
      render: async (members) =>
        members.flatMap(({ entries }) => [...entries].map(([path, value]) => ({ path, value, mode: 0o440 }))),
      progress: {
        read: async (published) => this.record ?? { published, acknowledged: 0 },
        write: (progress) =>
          this.deed('note', signal, () => {
            this.record = progress;
          }),
      },
      learn: () => {},
      onRollback: () => {
        this.rollbacks += 1;
      },
      onChange: () => {},
    };
  }

  private deed(kind: Deed['kind'], signal: AbortSignal, apply: () => void): Promise<void> {
    if (kind !== 'note') {
      const other = this.deeds.find((each) => each.kind !== 'note');
      assert.equal(other, undefined, `${kind} while ${other?.kind} is under way`);
    }
    return new Promise((resolve, reject) => {
      if (signal.aborted) return;
      this.deeds.push({ kind, apply, end: (failure) => (failure ? reject(failure) : resolve()) });
    });
  }

  /** A way back is published without a check. */
  private publish(content: string, generation: number, isChecked: boolean): void {
    assert.ok(generation > this.current, `generation ${generation} after ${this.current}`);
    if (isChecked && content.startsWith('malformed')) throw new AgentError('CHECK_FAILED', 'malformed');
    if (isChecked) assert.ok(!this.refused.has(content), `${content} is published again although the app did not take it`);
    else if (!this.isForced) this.refused.add(this.generations.get(this.current) ?? '');
    if (isChecked) this.isForced = false;
    this.generations.set(generation, content);
    this.current = generation;
  }

  private verify(): void {
    if (this.told.startsWith('bad') || this.told !== this.generations.get(this.current))
      throw new AgentError('VERIFY_FAILED', 'the app does not run on it');
    this.proved = this.current;
  }

  private sweep(wanted: ReadonlySet<number>): void {
    for (const number of this.generations.keys())
      if (number !== this.current && !wanted.has(number)) this.generations.delete(number);
    const { proved } = this;
    assert.ok(proved === 0 || this.generations.has(proved), `generation ${proved}, which the app runs on, is gone`);
  }

  private sleep(ms: number, until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (until.aborted || ms <= 0) return resolve();
      this.timers.push({ at: this.now + ms, fire: resolve });
      until.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

const codes = { publish: 'VOLUME_FULL', reload: 'RELOAD_FAILED', verify: 'VERIFY_FAILED', note: 'VOLUME_FULL' } as const;

function filesOf(content: string | undefined): readonly RenderedFile[] {
  return content === undefined ? [] : [{ path: 'text', value: SecretValue.ofText(content), mode: 0o440 }];
}

function textOf(files: readonly RenderedFile[]): string {
  return files.map(({ value }) => Buffer.from(value.reveal()).toString('utf8')).join();
}
