import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startAwsDouble } from '../servers/aws-double.ts';
import { keytide, type Place, place } from './keytide-process.ts';
import { awsStore, documents, externalSecret } from './manifests.ts';

const canary = 'kAnArIe<&>"\\/+=7e31';
const repository = join(import.meta.dirname, '../..');
const delivery = `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec: { externalSecrets: [db], defaults: { group: 2000 }, files: [{ path: app.env, format: dotenv }] }
`;

let here: Place;

beforeEach(async () => {
  here = await place();
});

afterEach(() => here.remove());

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

async function render(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const before = everything();
  const process = keytide(['render', ...here.flags, ...args], env);
  const code = await process.ended;
  assert.deepEqual(everything(), before, 'nothing is made');
  return { code, stdout: process.stdout(), stderr: process.stderr() };
}

/** Every file and directory of the scratch place, with what is in it. */
function everything(): readonly string[] {
  return readdirSync(here.dir, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path}: ${readFileSync(path, 'base64')}` : path;
    })
    .sort();
}

function templated(template: string): string {
  return externalSecret('db', { password: 'db' }, { target: `{ template: { data: { password: '${template}' } } }` });
}

describe('keytide render', { timeout: 120_000 }, () => {
  it('shows what a delivery would be, from the real store, and neither a value nor a file comes of it', async () => {
    const aws = await startAwsDouble({ secrets: { db: canary } });
    here.write('spec.yaml', documents(awsStore(), templated('x-{{ .password }}'), delivery));
    const log = join(here.dir, 'termination-log');
    writeFileSync(log, '');
    try {
      const seen: string[] = [];
      for (const args of [['web'], ['db', '-o', 'json'], []]) {
        const { code, stdout, stderr } = await render([...args, '--termination-log', log], aws.env);
        assert.equal(code, 0, stderr);
        assert.match(stdout, args.includes('json') ? /"path": "app\.env"/ : /0440 agent:2000 {2}password {2}\[21 bytes, text\]/);
        seen.push(stdout, stderr);
      }
      here.write('spec.yaml', documents(awsStore(), templated('{{ .password | b64dec | fail }}{{ .pasword }}'), delivery));
      const failed = await render(['db', '--termination-log', log], aws.env);
      assert.deepEqual([failed.code, failed.stdout], [7, '']);
      assert.match(failed.stderr, /^keytide: external secret db, template\.data, key password: line 1, column \d+: /m);
      const refused = await render(['db', '--show-values', '--termination-log', log], aws.env);
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(refused.stderr, /--show-values .* only at a terminal/);
      seen.push(failed.stderr, refused.stderr);
      for (const text of [canary, 'kAnArIe', Buffer.from(canary).toString('base64').slice(0, -4)])
        assert.ok(!seen.some((page) => page.includes(text)), text);
      assert.ok(aws.count() > 0, 'the store was asked');
    } finally {
      await aws.close();
    }
  });

  it('makes nothing where nothing is: neither volume nor private directory', async () => {
    const aws = await startAwsDouble({ secrets: { db: canary } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { password: 'db' })));
    const [root, privateDir] = [join(here.dir, 'no/volume'), join(here.dir, 'no/private')];
    const { code, stdout } = await render(['--root', root, '--private', privateDir], aws.env);
    await aws.close();
    assert.equal(code, 0);
    assert.ok(stdout.includes(`delivery db: ${root}/db\n`));
  });

  it('shows values at a terminal that asks for them', async (t) => {
    try {
      execFileSync('script', ['--version'], { stdio: 'ignore' });
    } catch {
      return t.skip('no script of util-linux here, which makes a terminal');
    }
    const aws = await startAwsDouble({ secrets: { db: canary } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { password: 'db' })));
    try {
      assert.match(
        await atTerminal(['db', '--show-values'], aws.env),
        /password {2}\[19 bytes, text\] {2}kAnArIe<&>"\\\/\+=7e31\r?\n/,
      );
      const masked = await atTerminal(['db'], aws.env);
      assert.match(masked, /password {2}\[19 bytes, text\]\r?\n/);
      assert.doesNotMatch(masked, /kAnArIe/);
    } finally {
      await aws.close();
    }
  });

  it('ends as init does when identity, secret or store fail', async () => {
    const aws = await startAwsDouble({ secrets: { db: canary } });
    aws.deny({ action: 'secretsmanager:GetSecretValue', resource: 'db' });
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { password: 'db' })));
    const denied = await render([], aws.env);
    const nobody = await render([], { AWS_EC2_METADATA_DISABLED: 'true' });
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' };
    const down = await render([], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', ...keys });
    await aws.close();
    assert.deepEqual([denied.code, nobody.code, down.code], [5, 4, 6]);
    for (const { stdout, stderr } of [denied, nobody, down]) {
      assert.equal(stdout, '');
      assert.match(stderr, /^keytide: external secret db: /);
    }
    assert.match(denied.stderr, /GetSecretValue/);
  });

  it('gives up a store that does not answer after --timeout, and ends by a signal', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' };
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { password: 'db' })));
    const { code, stderr } = await render(['db', '--timeout', '1s'], env);
    assert.equal(code, 6);
    assert.match(stderr, /db could not be fetched and rendered within 1s/);
    const asked = once(silent, 'connection');
    const process = keytide(['render', 'db', ...here.flags], env);
    await asked;
    process.child.kill('SIGTERM');
    assert.equal(await process.ended, 143);
    silent.close();
  });
});

/** All that a terminal shows of it. */
async function atTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const entry = process.env['KEYTIDE_BUNDLE'] ?? join(repository, 'agent/main.ts');
  const words = [process.execPath, entry, 'render', ...args, ...here.flags].map((word) => `'${word}'`);
  const child = spawn('script', ['-qec', words.join(' '), '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  assert.deepEqual(await once(child, 'close'), [0, null], shown);
  return shown;
}
