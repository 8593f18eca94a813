import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { signatures } from '../../agent/template/gotemplate/functions/signatures.ts';
import { keytide, type Place, place } from '../e2e/keytide-process.ts';
import { documents } from '../e2e/manifests.ts';
import { run } from '../template/gotemplate/run.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/templates.md'), 'utf8');

const database = JSON.stringify({ username: 'app', password: 'p@ss/w:rd', host: 'db.example' });
const databaseUrl = 'postgres://app:p%40ss%2Fw%3Ard@db.example:5432/orders?sslmode=require';
const registry = { auths: { 'ghcr.io': { username: 'app', password: 'p"w', auth: Buffer.from('app:p"w').toString('base64') } } };

interface Example {
  /** Of the store `aws`, which the page leaves out. */
  readonly store: Readonly<Record<string, string>>;
  /** Beside the manifest. */
  readonly mounted?: Readonly<Record<string, string>>;
  /** Documents that the page takes for granted. */
  readonly given?: string;
  /** By path; a function looks at the bytes. */
  readonly files: Readonly<Record<string, string | ((text: string) => void)>>;
}

/** By the heading that the manifest stands under. */
const examples: Readonly<Record<string, () => Example | Promise<Example>>> = {
  'A database URL': () => ({ store: { 'prod/db': database }, files: { 'database/DATABASE_URL': databaseUrl } }),
  'A docker config': () => ({
    store: { 'prod/registry': JSON.stringify({ username: 'app', password: 'p"w' }) },
    files: { 'registry/.dockerconfigjson': (text) => assert.deepEqual(JSON.parse(text), registry) },
  }),
  'A certificate and its key out of PKCS#12': async () => {
    const { certificate, key } = await pair();
    const pfx = await run('{{ fullPemToPkcs12Pass .certificate .key "changeit" }}', { data: { certificate, key } });
    return {
      store: { 'prod/pfx': pfx, 'prod/pfx-password': 'changeit' },
      files: {
        'tls/tls.crt': (text) => assert.ok(new X509Certificate(text).checkPrivateKey(createPrivateKey(key))),
        'tls/tls.key': (text) => assert.ok(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(text))),
      },
    };
  },
  'Java key store and trust store from PEM': async () => {
    const { certificate, key } = await pair();
    const store = {
      'prod/tls.crt': certificate,
      'prod/tls.key': key,
      'prod/ca.crt': certificate,
      'prod/store-password': 'changeit',
    };
    const isContainer = (text: string): void => assert.match(text, /^\x30\x82/);
    return { store, files: { 'java/keystore.p12': isContainer, 'java/truststore.p12': isContainer } };
  },
  'Formats that are shipped': () => ({
    store: { 'prod/db': JSON.stringify({ username: 'app', password: 'p:w', DB_HOST: 'db.example' }) },
    given: `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db-credentials }
spec:
  secretStoreRef: { name: aws }
  dataFrom: [{ extract: { key: prod/db } }]
`,
    files: { 'clients/.pgpass': 'db.example:5433:*:app:p\\:w\n' },
  }),
  'A folder of your own templates': () => ({
    store: { 'prod/db': JSON.stringify({ user: 'app', pass: 'p"w' }) },
    mounted: {
      'templates/app.conf.eta':
        "# <%= options.title %>\n<% for (const key in it) { -%>\n<%~ include('line', { key, text: it[key] }) -%>\n<% } -%>\n",
      'templates/line.eta': '<%= it.key %> = <%= json(it.text) %>\n',
    },
    files: { 'backend/app.conf': '# Settings\npass = "p\\"w"\nuser = "app"\n' },
  }),
  '`target.template`, field by field': () => ({
    store: { 'prod/db': database },
    files: {
      'app/app.properties': 'db.user=app\ndb.host=db.example\n',
      'app/api': 'https://db.example/api',
      'app/admin': 'https://db.example/admin',
      'app/PASSWORD': 'p@ss/w:rd',
      'app/password': 'p@ss/w:rd',
    },
  }),
  '`rewrite.transform`': () => ({ store: { 'prod/db': database }, files: { 'upper/DB_PASSWORD': 'p@ss/w:rd' } }),
  'In a Delivery': () => ({
    store: { 'prod/db': database },
    mounted: { 'pgpass.gotmpl': '{{ .host }}:5432:*:{{ .username }}:{{ .password | replace ":" "\\\\:" }}\n' },
    files: {
      'backend/app.yaml': 'database:\n  host: db.example\n  user: "app"\n  password: "p@ss/w:rd"\n',
      'backend/pgpass': 'db.example:5432:*:app:p@ss/w\\:rd\n',
    },
  }),
  Eta: () => ({
    store: { 'prod/db': database },
    mounted: { 'pgpass.eta': '<%= pgpass(it.host) %>:5432\n' },
    given: `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db-credentials }
spec: { secretStoreRef: { name: aws }, dataFrom: [{ extract: { key: prod/db } }] }
`,
    files: {
      'web/app.env': "host='db.example'\npassword='p@ss/w:rd'\nusername='app'\n",
      'web/database.url': 'postgres://app:p%40ss%2Fw%3Ard@db:5432/app',
      'web/pgpass': 'db.example:5432\n',
    },
  }),
};

describe('docs/templates.md', { timeout: 120_000 }, () => {
  const manifests = manifestsOf(page);

  it('has a test for each of its manifests', () => {
    assert.deepEqual([...manifests.keys()].sort(), Object.keys(examples).sort());
  });

  for (const [heading, example] of Object.entries(examples)) {
    it(`the manifest under "${heading}" is accepted, and gives the files that the page says`, async () => {
      const here = await place();
      try {
        await deliver(here, manifests.get(heading) ?? '', await example());
      } finally {
        here.remove();
      }
    });
  }

  it('names every function, by its family, and no other', () => {
    for (const [family, texts] of Object.entries(signatures)) {
      const row = new RegExp(`^\\| ${family} \\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '';
      const names = texts.map((text) => text.slice(0, text.indexOf('(')));
      assert.deepEqual(row.replaceAll('`', '').split(' '), names, family);
    }
  });
});

async function deliver(here: Place, manifest: string, { store, mounted = {}, given, files }: Example): Promise<void> {
  const data = Object.entries(store).map(([key, value]) => ({ key, value }));
  const provider = JSON.stringify({ fake: { data } });
  const aws = `apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: { name: aws }\nspec: { provider: ${provider} }\n`;
  here.write('spec.yaml', documents(aws, ...(given ? [given] : []), manifest));
  for (const [name, text] of Object.entries(mounted)) {
    mkdirSync(dirname(join(here.specDir, name)), { recursive: true });
    here.write(name, text);
  }
  for (const command of ['check', 'init']) {
    const process = keytide([command, ...here.flags]);
    assert.equal(await process.ended, 0, `${command}: ${process.stdout()}${process.stderr()}`);
  }
  for (const [path, expected] of Object.entries(files)) {
    const text = readFileSync(join(here.root, path), 'latin1');
    if (typeof expected === 'string') assert.equal(text, expected, path);
    else expected(text);
  }
}

async function pair(): Promise<{ readonly certificate: string; readonly key: string }> {
  const made = await run('{{ $made := genSelfSignedCert "shop" nil (list "shop.example") 30 }}{{ $made.Cert }}|{{ $made.Key }}');
  const [certificate = '', key = ''] = made.split('|');
  return { certificate, key };
}

/** YAML with a `kind`, by the heading that it stands under. */
function manifestsOf(text: string): ReadonlyMap<string, string> {
  const sections = text.split(/^#+ /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const);
  const found = sections.map(([heading, section]) => [heading, /```yaml\n(.*?)```/s.exec(section)?.[1] ?? ''] as const);
  return new Map(found.filter(([, manifest]) => manifest.includes('kind:')));
}
