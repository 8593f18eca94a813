import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileRegexp } from '../../agent/core/re2.ts';
import { fake } from '../../agent/providers/fake/fake.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { itKeepsTheProviderContract } from '../contract/provider-contract.ts';
import { effectsForTests, storeForTests } from '../contract/provider-effects.ts';

const never = new AbortController().signal;

itKeepsTheProviderContract('fake', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-fake-'));
  const path = join(dir, 'data.json');
  const values = new Map<string, string>();
  const save = (): void => writeFileSync(path, JSON.stringify(Object.fromEntries(values)));
  save();
  return {
    provider: await fake.open(storeForTests('fake', {}, { 'keytide.dev/fake-data-file': path }), { data: [] }, effectsForTests()),
    put(key, value) {
      values.set(key, String(value));
      save();
    },
    remove(key) {
      values.delete(key);
      save();
    },
    holdsBytes: false,
    close: () => rmSync(dir, { recursive: true }),
  };
});

async function opened(text: string, body: (provider: Provider, path: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-fake-'));
  const path = join(dir, 'data.yaml');
  writeFileSync(path, text);
  const provider = await fake.open(
    storeForTests('fake', {}, { 'keytide.dev/fake-data-file': path }),
    { data: [] },
    effectsForTests(),
  );
  try {
    await body(provider, path);
  } finally {
    await provider.close?.();
    rmSync(dir, { recursive: true });
  }
}

async function read(provider: Provider, key: string, version = ''): Promise<string | undefined> {
  const ref = { kind: 'value', key, version } as const;
  const answer = (await provider.read([ref], new Map(), never)).get(ref);
  return answer?.kind === 'found' ? Buffer.from(answer.value.reveal()).toString() : answer?.kind;
}

describe('the fake store', () => {
  it('takes the version exactly, and none as none', async () => {
    await opened('- { key: a, value: one }\n- { key: a, value: two, version: v2 }', async (provider) => {
      assert.equal(await read(provider, 'a'), 'one');
      assert.equal(await read(provider, 'a', 'v2'), 'two');
      assert.equal(await read(provider, 'a', 'v3'), 'missing');
    });
  });

  it('finds the highest of several versions', async () => {
    await opened('[{ key: a, value: "1" }, { key: a, value: "2", version: v2 }, { key: b, value: "3" }]', async (provider) => {
      const found = await provider.find?.({ name: compileRegexp('^a') }, never);
      assert.deepEqual(
        found?.map((each) => each.kind === 'found' && [each.key, Buffer.from(each.value.reveal()).toString()]),
        [['a', '2']],
      );
    });
  });

  it('calls back when its file changes', async () => {
    await opened('a: one', async (provider, path) => {
      const changed = new Promise<void>((resolve) => provider.watch?.(resolve));
      writeFileSync(path, 'a: two');
      await changed;
      assert.equal(await read(provider, 'a'), 'two');
    });
  });

  it('sees a file that an editor replaces', async () => {
    await opened('a: one', async (provider, path) => {
      const changed = new Promise<void>((resolve) => provider.watch?.(resolve));
      writeFileSync(`${path}.new`, 'a: two');
      renameSync(`${path}.new`, path);
      await changed;
      assert.equal(await read(provider, 'a'), 'two');
    });
  });

  it('sees a ConfigMap volume that the kubelet swaps', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'keytide-fake-'));
    const generation = (name: string, text: string): void => {
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, 'data.yaml'), text);
      symlinkSync(name, join(dir, '..data_tmp'));
      renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    };
    generation('..1', 'a: one');
    symlinkSync('..data/data.yaml', join(dir, 'data.yaml'));
    const annotations = { 'keytide.dev/fake-data-file': join(dir, 'data.yaml') };
    const provider = await fake.open(storeForTests('fake', {}, annotations), { data: [] }, effectsForTests());
    try {
      const changed = new Promise<void>((resolve) => provider.watch?.(resolve));
      generation('..2', 'a: two');
      await changed;
      assert.equal(await read(provider, 'a'), 'two');
    } finally {
      await provider.close?.();
      rmSync(dir, { recursive: true });
    }
  });

  it('tells where a broken file is broken, and nothing of what stands there', async () => {
    await opened('a: one\nb: "hunter2\n', async (provider) => {
      await assert.rejects(read(provider, 'a'), (error: Error) => {
        assert.match(error.message, /neither JSON nor YAML \(line \d+: [A-Z_]+\)$/);
        assert.doesNotMatch(String(error.stack), /hunter2/);
        return true;
      });
    });
  });

  it('tells every round of reads with its class', async () => {
    const classes: string[] = [];
    const path = join(tmpdir(), 'keytide-no-such-file.yaml');
    const effects = effectsForTests({ onRequest: (request) => classes.push(`${request.operation} ${request.class}`) });
    const store = storeForTests('fake', {}, { 'keytide.dev/fake-data-file': path });
    await assert.rejects(read(await fake.open(store, { data: [] }, effects), 'a'));
    await read(await fake.open(storeForTests('fake', {}), { data: [{ key: 'a', value: 'x', version: '' }] }, effects), 'a');
    assert.deepEqual(classes, ['Get unavailable', 'Get ok']);
  });

  it('has no metadata, and no search by tags: such requests are refused, not empty', async () => {
    await opened('a: one', async (provider) => {
      const ref = { kind: 'metadata', key: 'a', version: '' } as const;
      const answer = (await provider.read([ref], new Map(), never)).get(ref);
      assert.ok(answer?.kind === 'failed' && answer.error.code === 'REQUEST_INVALID');
      await assert.rejects(Promise.resolve(provider.find?.({ tags: { env: 'dev' } }, never)), { code: 'REQUEST_INVALID' });
    });
  });

  it('fails, naming the file, when its data can not be read or understood: nothing is missing then', async () => {
    for (const text of ['{', '- a', '- { key: x, value: 5 }', 'just text']) {
      await opened(text, async (provider, path) => {
        await assert.rejects(read(provider, 'a'), (error: Error) => error.message.includes(path));
      });
    }
    await opened('a: one', async (provider, path) => {
      rmSync(path);
      await assert.rejects(read(provider, 'a'), { code: 'STORE_UNAVAILABLE' });
      writeFileSync(path, '');
    });
  });
});
