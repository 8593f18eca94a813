import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { AgentError, errorClass } from '../../agent/core/agent-error.ts';
import type { Answer, Found, ObjectRef } from '../../agent/core/object-ref.ts';
import type { Provider } from '../../agent/providers/provider.ts';

/** What the contract needs of a kind of store: an opened provider, and hands on the other side of the wire. */
export interface ContractStore {
  readonly provider: Provider;
  /** Makes or changes an object; bytes only where `holdsBytes`. */
  readonly put: (key: string, value: string | Uint8Array) => void | Promise<void>;
  readonly remove: (key: string) => void | Promise<void>;
  readonly holdsBytes: boolean;
  /** What names begin with that a find lists: `/` unless given. */
  readonly root?: '';
  /** Absent where nothing is ever refused or down: a store without a server. */
  readonly server?: ContractServer;
  readonly close: () => void | Promise<void>;
}

export interface ContractServer {
  /** Requests for values so far. */
  readonly requests: () => number;
  readonly deny: (key: string) => void | Promise<void>;
  /** From now on, until healed. */
  readonly be: (trouble: 'down' | 'failing' | 'throttling' | 'talking nonsense' | 'silent') => void;
  readonly heal: () => void;
}

/** Text with everything that encodings and quotings trip over. */
const canary = 'cAnAry-ß"\\\n&<>%-7f3e91';

/** The tests that every kind of store passes. `make` gives a fresh, empty store each time. */
export function itKeepsTheProviderContract(name: string, make: () => Promise<ContractStore>): void {
  const contract = (claim: string, body: (store: ContractStore) => Promise<void>): void => {
    test(claim, { timeout: 60_000 }, async () => {
      const store = await make();
      try {
        await body(store);
      } finally {
        await store.provider.close?.();
        await store.close();
      }
    });
  };
  /** Those that take a server; a store without one has none of these failures. */
  const contractOfServers = (claim: string, body: (store: ContractStore, server: ContractServer) => Promise<void>): void => {
    test(claim, { timeout: 60_000 }, async (t) => {
      const store = await make();
      try {
        if (!store.server) return t.skip('has no server');
        await body(store, store.server);
      } finally {
        await store.provider.close?.();
        await store.close();
      }
    });
  };

  describe(`${name} keeps the provider contract`, () => {
    contract('finds a value byte for byte: unicode, line ends, empty, 64 KiB', async ({ provider, put }) => {
      const values = { plain: 'x', unicode: 'Zoë 🔑 \u2028', lines: 'a\r\nb\n', nothing: '', long: 'ü'.repeat(32_000) };
      for (const [key, value] of Object.entries(values)) await put(key, value);
      const answers = await readAll(provider, Object.keys(values).map(ref));
      for (const [key, value] of Object.entries(values)) assert.equal(textOf(answers.get(key)), value, key);
    });

    contract('finds bytes that are no text', async ({ provider, put, holdsBytes }) => {
      if (!holdsBytes) return;
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await put('binary', bytes);
      const answers = await readAll(provider, [ref('binary')]);
      const answer = answers.get('binary');
      assert.deepEqual(answer?.kind === 'found' && new Uint8Array(answer.value.reveal()), bytes);
    });

    contract('answers each ref by that very ref, equal ones too, and no other', async ({ provider, put }) => {
      await put('a', '1');
      await put('b', '2');
      const refs = [ref('a'), ref('b'), ref('a'), ref('none')];
      const answers = await provider.read(refs, new Map(), never());
      assert.deepEqual(
        refs.map((each) => answers.get(each)?.kind),
        ['found', 'found', 'found', 'missing'],
      );
      assert.equal(answers.size, refs.length);
    });

    contract('answers nothing when nothing is asked', async ({ provider }) => {
      assert.equal((await provider.read([], new Map(), never())).size, 0);
    });

    contract('says that a missing object is missing, and why, and finds the others', async ({ provider, put }) => {
      await put('there', '1');
      const answers = await readAll(provider, [ref('there'), ref('gone')]);
      assert.equal(textOf(answers.get('there')), '1');
      const gone = answers.get('gone');
      assert.ok(gone?.kind === 'missing');
      assert.match(gone.reason, /gone/);
    });

    contract('answers many refs, each with its own value', async ({ provider, put }) => {
      const keys = Array.from({ length: 45 }, (_, index) => `many-${index}`);
      for (const key of keys) await put(key, `value of ${key}`);
      const answers = await readAll(provider, keys.map(ref));
      for (const key of keys) assert.equal(textOf(answers.get(key)), `value of ${key}`);
    });

    contract('sees a change, and that an object is gone', async ({ provider, put, remove }) => {
      await put('changing', 'old');
      assert.equal(textOf((await readAll(provider, [ref('changing')])).get('changing')), 'old');
      await put('changing', 'new');
      assert.equal(textOf((await readAll(provider, [ref('changing')])).get('changing')), 'new');
      await remove('changing');
      assert.equal((await readAll(provider, [ref('changing')])).get('changing')?.kind, 'missing');
    });

    contract('finds by name what matches, under the names that the store has', async ({ provider, put, root = '/' }) => {
      if (!provider.find) return; // Not every kind of store can search.
      for (const key of ['app/one', 'app/two', 'other']) await put(`${root}${key}`, `value of ${key}`);
      const found = await findAll(provider, new RegExp(`^${root}app/`));
      assert.deepEqual([...found.keys()].sort(), [`${root}app/one`, `${root}app/two`]);
      const one = found.get(`${root}app/one`);
      assert.equal(one?.kind === 'found' && Buffer.from(one.value.reveal()).toString(), 'value of app/one');
      assert.deepEqual([...(await findAll(provider, /nothing like it/)).keys()], []);
    });

    contractOfServers('asks for one object once, however many refs name it', async ({ provider, put }, server) => {
      await put('shared', '1');
      const before = server.requests();
      await provider.read([ref('shared'), ref('shared'), ref('shared')], new Map(), never());
      assert.equal(server.requests() - before, 1);
    });

    contractOfServers(
      'says that a denied object is denied, never missing, and finds the others',
      async ({ provider, put }, server) => {
        const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
        for (const key of keys) await put(key, key);
        await server.deny('key-5');
        await server.deny('nowhere');
        const answers = await readAll(provider, [...keys, 'nowhere'].map(ref));
        assert.equal(classOf(answers.get('key-5')), 'denied');
        assert.equal(classOf(answers.get('nowhere')), 'denied');
        for (const key of keys.filter((each) => each !== 'key-5')) assert.equal(textOf(answers.get(key)), key);
      },
    );

    const troubles = [
      ['down', ['unavailable']],
      ['failing', ['unavailable']],
      ['throttling', ['throttled']],
      ['talking nonsense', ['invalid']],
    ] as const;
    for (const [trouble, classes] of troubles) {
      for (const [amount, keys] of [
        ['one', ['a']],
        ['many', Array.from({ length: 25 }, (_, index) => `key-${index}`)],
      ] as const) {
        contractOfServers(
          `a store that is ${trouble}: ${amount} refs fail as ${classes}, and heal with it`,
          async (store, server) => {
            const { provider, put } = store;
            for (const key of keys) await put(key, `value of ${key}`);
            server.be(trouble);
            const answers = await readAll(provider, keys.map(ref));
            for (const key of keys)
              assert.ok(
                classes.some((each) => each === classOf(answers.get(key))),
                String(classOf(answers.get(key))),
              );
            server.heal();
            for (const [key, answer] of await readAll(provider, keys.map(ref))) assert.equal(textOf(answer), `value of ${key}`);
          },
        );
      }
      contractOfServers(
        `a store that is ${trouble}: a find fails and lists nothing`,
        async ({ provider, put, root = '/' }, server) => {
          await put(`${root}a`, '1');
          server.be(trouble);
          const failure = await findAll(provider, /a/).then(
            () => undefined,
            (error: unknown) => error,
          );
          assert.ok(failure instanceof AgentError, inspect(failure));
          assert.ok(classes.some((each) => each === errorClass(failure)));
        },
      );
    }

    contractOfServers('ends at once when it is aborted', async ({ provider, put }, server) => {
      await put('slow', '1');
      server.be('silent');
      const stop = new AbortController();
      const reading = readAll(provider, [ref('slow')], stop.signal);
      setTimeout(() => stop.abort(), 50);
      const startedAt = performance.now();
      assert.notEqual((await reading).get('slow')?.kind, 'missing');
      assert.ok(performance.now() - startedAt < 5_000);
    });

    contractOfServers('shows no value in any error, in no encoding', async ({ provider, put }, server) => {
      const refs = [ref('canary'), ref('denied'), ref('none')];
      await put('canary', canary);
      await put('denied', canary);
      await server.deny('denied');
      const seen: unknown[] = [await readAll(provider, refs)];
      for (const [trouble] of troubles) {
        server.be(trouble);
        seen.push(await readAll(provider, refs), await findAll(provider, /./).catch((error: unknown) => error));
        server.heal();
      }
      const shown = inspect(seen, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
      for (const form of encodings(canary)) assert.ok(!shown.includes(form), `an error shows the value as ${form}`);
    });
  });
}

/** A ref to the current value. */
export function ref(key: string): ObjectRef {
  return { kind: 'value', key, version: '' };
}

/** The text of a found answer; fails the test otherwise. */
export function textOf(answer: Answer | undefined): string {
  assert.ok(answer?.kind === 'found', inspect(answer));
  return Buffer.from(answer.value.reveal()).toString('utf8');
}

/** The class of a failed answer; the kind of another one. */
export function classOf(answer: Answer | undefined): string | undefined {
  return answer?.kind === 'failed' ? errorClass(answer.error) : answer?.kind;
}

/** A value as logs or errors might show it. */
function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(value),
    json,
    '7f3e91',
  ];
}

/** Answers by key; what fails as a whole fails each. */
async function readAll(provider: Provider, refs: readonly ObjectRef[], signal = never()): Promise<ReadonlyMap<string, Answer>> {
  try {
    const answers = await provider.read(refs, new Map(), signal);
    return new Map(refs.map((each) => [each.key, answers.get(each) ?? { kind: 'unchanged' }]));
  } catch (error) {
    assert.ok(error instanceof AgentError, inspect(error));
    return new Map(refs.map((each) => [each.key, { kind: 'failed', error }]));
  }
}

async function findAll(provider: Provider, pattern: RegExp): Promise<ReadonlyMap<string, Found>> {
  assert.ok(provider.find);
  const name = { source: pattern.source, matches: (text: string) => pattern.test(text), replaceAll: (text: string) => text };
  return new Map((await provider.find({ name }, never())).map((found) => [found.key, found]));
}

function never(): AbortSignal {
  return new AbortController().signal;
}
