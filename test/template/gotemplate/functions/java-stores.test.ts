import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../run.ts';
import { leaf, root } from './key-stores.ts';

/** The aliases of a trust store, as openssl lists them. */
function aliasesIn(store: string): readonly string[] {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-trust-'));
  try {
    writeFileSync(join(dir, 'trust.p12'), Buffer.from(store, 'base64'));
    const flags = ['pkcs12', '-in', 'trust.p12', '-passin', 'pass:secret', '-nokeys'];
    const { stdout, stderr, status } = spawnSync('openssl', flags, { cwd: dir, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return [...stdout.matchAll(/friendlyName: (.*)/g)].map(([, name = '']) => name);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test('a trust store of ours has an alias for each certificate, where that of the operator repeats them', {
  skip: hasOpenssl ? false : 'openssl is not installed',
}, async () => {
  const data = { all: leaf + root + leaf + leaf };
  const [first, second, ...others] = aliasesIn(await run('{{ javaTrustStore .all "secret" }}', { data }));
  assert.deepEqual(others, [`${first} 2`, `${first} 3`]);
  assert.notEqual(first, second);
  assert.deepEqual(aliasesIn(await run('{{ pemTruststoreToPKCS12Pass .all "secret" }}', { data })), [
    first,
    second,
    first,
    first,
  ]);
});

test('where subjects differ, both are the same but for chance', async () => {
  const data = { all: leaf + root };
  assert.equal(
    await run('{{ javaTrustStore .all "secret" }}', { data }),
    await run('{{ pemTruststoreToPKCS12Pass .all "secret" }}', { data }),
  );
});
