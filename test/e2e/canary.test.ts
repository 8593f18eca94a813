import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { ask, keytide, place, until } from './keytide-process.ts';
import { awsStore, documents, externalSecret } from './manifests.ts';

/** Distinctive, and full of what encodings change. */
const canary = 'kAnArIe<&>"\\/+=ü7e31';
const members = { user: canary, quoted: `pre-${canary}`, list: [canary] };

/** Every way in which an ExternalSecret of these can fail, one each. */
function failing(): string {
  const entry = (name: string, remoteRef: object): string =>
    externalSecret(name, {}, { interval: '1s' }).replace(
      'data: []',
      `data: [{ secretKey: x, remoteRef: ${JSON.stringify(remoteRef)} }]`,
    );
  return documents(
    awsStore(),
    externalSecret('good', { value: 'plain', json: 'json' }, { interval: '1s' }),
    entry('no-property', { key: 'json', property: 'nothing.here' }),
    entry('not-json', { key: 'plain', property: 'a' }),
    entry('not-base64', { key: 'plain', decodingStrategy: 'Base64' }),
    entry('denied', { key: 'denied' }),
    entry('gone', { key: 'gone' }),
    externalSecret('bad-extract', {}, { interval: '1s' }).replace('data: []', 'dataFrom: [{ extract: { key: plain } }]'),
    externalSecret('bad-names', {}, { interval: '1s' }).replace(
      'data: []',
      'dataFrom: [{ extract: { key: names }, rewrite: [{ regexp: { source: "^$", target: "" } }] }]',
    ),
    externalSecret('for-template', { user: 'plain' }, { interval: '1s' }),
    `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: templated }
spec:
  externalSecrets: [for-template]
  files: [{ path: out, eta: "<% throw new Error(it.user) %>" }]
`,
  );
}

it('no value of a secret leaves the process, whatever fails: plain, base64, hex, URL or JSON', { timeout: 90_000 }, async () => {
  const here = await place();
  const aws = await startAwsDouble({
    secrets: { plain: canary, json: JSON.stringify(members), denied: canary, names: JSON.stringify({ 'a b': canary }) },
  });
  aws.deny({ action: 'secretsmanager:GetSecretValue', resource: 'denied' });
  here.write('spec.yaml', failing());
  const agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`, '--log-level', 'debug'], { ...aws.env });
  try {
    await until(
      'the failures show',
      async () =>
        (JSON.parse((await ask(here.url('/status'))).body || '{}').externalSecrets ?? []).filter(
          (each: { error?: unknown }) => each.error,
        ).length >= 7,
    );
    const seen = [await pages(here.url), await garbage(aws, here.url)];
    seen.push(readFileSync(`/proc/${agent.pid}/cmdline`, 'utf8'), readFileSync(`/proc/${agent.pid}/environ`, 'utf8'));
    seen.push(here.read('.keytide/status.json'));
    writeFileSync(join(here.specDir, 'spec.yaml'), failing().replace('refreshInterval', 'refreshInterva'));
    await until('the spec is refused', async () => (await ask(here.url('/metrics'))).body.includes('keytide_spec_refused 1'));
    seen.push(await pages(here.url));
    agent.child.kill('SIGTERM');
    await agent.ended;
    seen.push(agent.stdout(), agent.stderr());
    assert.equal(here.read('good/value'), canary, 'the value itself was there to be leaked');
    assert.match(seen.join('\n'), /could not be refreshed/);
    for (const [encoding, text] of Object.entries(encodings(canary)))
      assert.ok(!seen.some((page) => page.includes(text)), `leaked as ${encoding}`);
  } finally {
    agent.child.kill('SIGKILL');
    await aws.close();
    here.remove();
  }
});

async function pages(url: (path: string) => string): Promise<string> {
  const answers = await Promise.all(
    ['/startup', '/ready', '/live', '/metrics', '/status', '/', '/nowhere'].map((path) => ask(url(path))),
  );
  return answers.map(({ body }) => body).join('\n');
}

/** A server that answers with the value where it should not. */
async function garbage(aws: AwsDouble, url: (path: string) => string): Promise<string> {
  const troubles = [
    { kind: 'answer', body: canary },
    { kind: 'answer', body: JSON.stringify({ __type: canary, message: canary }), status: 400 },
    { kind: 'error', code: 'InternalServiceError', message: canary, status: 500 },
  ] as const;
  const seen: string[] = [];
  for (const trouble of troubles) {
    const fault = aws.fault({ times: Number.POSITIVE_INFINITY, trouble });
    const hits = fault.hits();
    await until('it was hit', () => fault.hits() > hits + 1);
    seen.push(await pages(url));
    fault.end();
  }
  return seen.join('\n');
}

function encodings(value: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(value);
  const core = (offset: number): string =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -8);
  return {
    ...{ plain: value, hex: bytes.toString('hex'), HEX: bytes.toString('hex').toUpperCase(), url: encodeURIComponent(value) },
    ...{
      json: JSON.stringify(value).slice(1, -1),
      go: JSON.stringify(value).slice(1, -1).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
    },
    ...{
      base64: bytes.toString('base64').slice(0, -4),
      shifted1: core(1),
      shifted2: core(2),
      form: new URLSearchParams({ v: value }).toString().slice(2),
    },
    ...{ word: 'kAnArIe' },
  };
}
