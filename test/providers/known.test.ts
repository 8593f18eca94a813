import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { startAwsDouble } from '../servers/aws-double.ts';

const repository = join(import.meta.dirname, '../..');

/** URLs of all modules that a program has loaded in the end. */
async function loadedBy(program: string): Promise<readonly string[]> {
  const recorder = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    ${program}
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', recorder], {
    cwd: repository,
  });
  const urls: readonly string[] = JSON.parse(stdout);
  return urls;
}

test('knowing the providers loads none of their clients', async () => {
  const loaded = await loadedBy(`await import('./agent/providers/known.ts');`);
  for (const kind of ['aws/aws.ts', 'vault/vault.ts']) assert.ok(loaded.some((url) => url.endsWith(`/agent/providers/${kind}`)));
  assert.deepEqual(
    loaded.filter((url) => url.includes('node_modules') || /^node:https?$/.test(url)),
    [],
  );
});

test('opening a store loads the client of its service and no other', async (t) => {
  const double = await startAwsDouble();
  t.after(double.close);
  const open = (service: string): string => `
    const { awsConfig, awsWorld, openAws } = await import('./test/providers/aws-world.ts');
    await openAws(awsConfig('${service}'), awsWorld(${JSON.stringify(double.env)}).effects);`;
  const loads = async (service: string): Promise<readonly boolean[]> => {
    const loaded = await loadedBy(open(service));
    return ['client-secrets-manager', 'client-ssm'].map((name) => loaded.some((url) => url.includes(`/@aws-sdk/${name}/`)));
  };
  assert.deepEqual(await loads('SecretsManager'), [true, false]);
  assert.deepEqual(await loads('ParameterStore'), [false, true]);
});

test('opening a Vault store loads its client, and no package', async () => {
  const loaded = await loadedBy(`
    const { vault } = await import('./agent/providers/vault/vault.ts');
    const { effectsForTests, storeForTests } = await import('./test/contract/provider-effects.ts');
    const { vaultConfig } = await import('./test/providers/vault-world.ts');
    const auth = { kind: 'kubernetes', mountPath: 'kubernetes', role: 'app' };
    const config = vaultConfig('https://vault.test', { auth });
    await vault.open(storeForTests('vault', config), config, effectsForTests());`);
  assert.ok(loaded.some((url) => url.endsWith('/agent/clients/vault/client.ts')));
  assert.deepEqual(
    loaded.filter((url) => url.includes('node_modules')),
    [],
  );
});
