import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  it('calls back when its file changes, also when it is replaced', async () => {
    await opened('a: one', async (provider, path) => {
      const changed = new Promise<void>((resolve) => provider.watch?.(resolve));
      writeFileSync(path, 'a: two');
      await changed;
      assert.equal(await read(provider, 'a'), 'two');
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
