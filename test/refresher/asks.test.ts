import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { hint, refreshNow } from '../../agent/agent-asks.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import { systemClock } from '../../agent/core/clock.ts';
import type { ObjectRef } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { ExternalSecret, RemoteRef, Store } from '../../agent/core/spec.ts';
import type { Deliverer } from '../../agent/deliverer-world.ts';
import { type Refresher, refresher } from '../../agent/refresher.ts';
import { storeReader } from '../../agent/store-reader.ts';
import { until } from '../e2e/keytide-process.ts';
import { deliveryOf } from '../template/rendering.ts';

/** What happened, in order: `read a`, `offer a`, `force web`. */
let happened: string[];
let stop: AbortController;
/** What the store answers with for a key; each waits until it is called. */
let pending: Map<string, (answer: string | AgentError) => void>;
let loop: Refresher;
let asking: Parameters<typeof hint>[0];

const store: Store = {
  ...{
    id: 'SecretStore/s',
    kind: 'SecretStore',
    name: 's',
    annotations: {},
    provider: 'fake',
    config: {},
    digest: '',
    documentsDigest: '',
  },
  dialect: { order: 'literal-first', numbers: 'raw', missingProperty: 'error', findKeys: 'as-listed', json: 'lenient' },
};

/** Each of its own store, so that one may answer before the other. */
function secretOf(name: string): ExternalSecret {
  const remoteRef: RemoteRef = {
    ...{ key: name, property: '', version: '', metadataPolicy: 'None', conversionStrategy: 'Default' },
    ...{ decodingStrategy: 'None', nullBytePolicy: 'Ignore' },
  };
  return {
    ...{ name, labels: {}, annotations: {}, refreshPolicy: 'Periodic', refreshIntervalMs: 3_600_000, refreshInterval: '1h' },
    target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false },
    ...{ data: [{ secretKey: 'k', store: `SecretStore/${name}`, remoteRef }], dataFrom: [], digest: name },
  };
}

function readerOf(name: string) {
  const read = async (refs: readonly ObjectRef[]) => {
    happened.push(`read ${name}`);
    const answer = await new Promise<string | AgentError>((resolve) => pending.set(name, resolve));
    if (answer instanceof AgentError) throw answer;
    return new Map(refs.map((ref) => [ref, { kind: 'found', value: SecretValue.ofText(answer), version: answer } as const]));
  };
  return storeReader({ ...store, id: `SecretStore/${name}` }, async () => ({ read }), systemClock);
}

function delivererOf(name: string, externalSecrets: readonly string[]): Deliverer {
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  return {
    delivery: deliveryOf({ name, externalSecrets }),
    force: () => void happened.push(`force ${name}`),
    ...{ start: unused, offer: unused, status: unused, state: unused, obstacle: unused, isSettled: unused },
    ...{ acknowledged: unused, remove: unused, stopped: unused },
  };
}

async function answered(name: string, answer: string | AgentError): Promise<void> {
  await until(`the store of ${name} is asked`, () => pending.has(name));
  const answerNow = pending.get(name);
  pending.delete(name);
  answerNow?.(answer);
}

const count = (what: string): number => happened.filter((each) => each === what).length;

beforeEach(async () => {
  happened = [];
  pending = new Map();
  stop = new AbortController();
  const quiet = (): void => {};
  loop = refresher({
    ...{ clock: systemClock, log: { debug: quiet, info: quiet, warn: quiet, error: quiet }, signal: stop.signal, fraction: 0 },
    ...{ learn: quiet, onSync: quiet, onChange: quiet, targetExists: () => true },
    onContent: ({ secret }) => void happened.push(`offer ${secret.name}`),
    generate: async () => ({ made: new Map(), credentials: new Set() }),
    templates: async () => ({ transform: (_template, key) => key, render: async (entries) => ({ entries, warnings: [] }) }),
  });
  loop.use(['a', 'b'].map(secretOf), new Map(['a', 'b'].map((name) => [`SecretStore/${name}`, readerOf(name)])), new Map());
  void loop.run();
  asking = { refresher: loop, deliverers: [delivererOf('both', ['a', 'b']), delivererOf('one', ['a'])] };
  for (const name of ['a', 'b']) await answered(name, 'first');
  await until('both are offered', () => count('offer a') + count('offer b') === 2);
  happened.length = 0;
});

afterEach(() => stop.abort());

describe('what an operator asks for', () => {
  it('is forced when all of it was offered anew: a set is forced once, and not before its last member', async () => {
    assert.ok(refreshNow(asking, {}));
    await answered('a', 'second');
    await until('the delivery of one is forced', () => count('force one') === 1);
    assert.equal(count('force both'), 0);
    await answered('b', 'second');
    await until('the set is forced', () => count('force both') === 1);
    assert.deepEqual(happened.toSorted(), ['force both', 'force one', 'offer a', 'offer b', 'read a', 'read b']);
    assert.ok(happened.indexOf('force both') > happened.indexOf('offer b'));
  });

  it('is forced as well when its store does not answer: what is held is known', async () => {
    assert.ok(refreshNow(asking, { delivery: 'one' }));
    await answered('a', new AgentError('STORE_UNAVAILABLE', 'down'));
    await until('it is forced', () => count('force one') === 1);
    assert.deepEqual([count('offer a'), count('force both'), count('read b')], [0, 0, 0]);
  });

  it('is fetched once more when it is running already, and only that answers', async () => {
    refreshNow(asking, { externalSecret: 'b' });
    await until('it is running', () => pending.has('b'));
    refreshNow(asking, { externalSecret: 'b' });
    await answered('b', 'second');
    await until('the first is forced', () => count('force both') === 1);
    await answered('b', 'third');
    await until('the second is forced', () => count('force both') === 2);
    assert.equal(count('read b'), 2);
  });

  it('is nothing when there is no such thing', () => {
    assert.deepEqual(
      [
        refreshNow(asking, { delivery: 'three' }),
        refreshNow(asking, { externalSecret: 'c' }),
        hint(asking, { delivery: 'three' }),
      ],
      [false, false, false],
    );
  });
});

describe('what the app hints', () => {
  it('is fetched once for many hints, and forces nothing', async () => {
    for (let nth = 0; nth < 100; nth += 1) hint(asking, { delivery: 'one' });
    await answered('a', 'second');
    await until('it is offered', () => count('offer a') === 1);
    assert.deepEqual(happened, ['read a', 'offer a']);
  });

  it('while it is being fetched is fetched again: what runs may have read too early', async () => {
    refreshNow(asking, { externalSecret: 'b' });
    await until('it is running', () => pending.has('b'));
    hint(asking, { delivery: 'both' });
    await answered('b', 'second');
    await answered('b', 'third');
    await until('it is offered twice', () => count('offer b') === 2);
  });

  it('waits as long as its store asked for', async () => {
    refreshNow(asking, { externalSecret: 'b' });
    await answered('b', new AgentError('STORE_THROTTLED', 'slower', { retryAfterMs: 300_000 }));
    await until('it failed', () => loop.clocks.get('b')?.error !== undefined);
    hint(asking, { delivery: 'both' });
    assert.ok((loop.clocks.get('b')?.dueAt ?? 0) > Date.now() + 200_000);
    assert.equal(count('read b'), 1);
  });

  it('too early is kept for its time, unless something new was found before', async () => {
    hint(asking, { delivery: 'one' });
    await answered('a', 'first');
    await until('it is offered', () => count('offer a') === 1);
    const each = loop.clocks.get('a');
    assert.ok(each?.hints);
    each.hints = { ...each.hints, lookedAt: each.hints.lookedAt - 2_000 }; // As if two seconds had passed.
    hint(asking, { delivery: 'one' });
    assert.ok(each.dueAt < Date.now() + 5_000);
    refreshNow(asking, { externalSecret: 'a' });
    await answered('a', 'second');
    await until('it is offered again', () => count('offer a') === 2);
    assert.ok(each.dueAt > Date.now() + 100_000);
  });
});
