import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { SecretValue } from '../../agent/core/secret-value.ts';
import type { Delivery, FileTemplate } from '../../agent/core/spec.ts';
import type { MadeFiles } from '../../agent/template/made-files.ts';
import type { Member } from '../../agent/template/merge-members.ts';
import { renderDelivery } from '../../agent/template/render-delivery.ts';
import { deliveryOf, entriesOf, noMemory, textOf } from './rendering.ts';

const world = { templatesDir: 'templates', readFile: (path: string) => readFile(path), memory: noMemory };
const db: Member = { externalSecret: 'db', entries: entriesOf({ username: 'app', password: 'hunter2' }) };

function eta(path: string, text: string, more: Partial<FileTemplate> = {}): FileTemplate {
  return { path, template: { kind: 'eta', text }, ...more };
}

async function errorOf(delivery: Delivery, members: readonly Member[] = [db]): Promise<AgentError> {
  const error: unknown = await renderDelivery(delivery, members, world).then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  if (!(error instanceof AgentError)) throw error;
  return error;
}

test('layout files gives one file an entry, with the mode, owner and group of the delivery', async () => {
  const files = await renderDelivery(deliveryOf({ defaults: { mode: 0o400, owner: 1, group: 2 } }), [db], world);
  assert.deepEqual(
    files.map(({ path, value, ...access }) => [path, textOf(value), access]),
    [
      ['username', 'app', { mode: 0o400, uid: 1, gid: 2 }],
      ['password', 'hunter2', { mode: 0o400, uid: 1, gid: 2 }],
    ],
  );
});

test('an entry that is a file of its own keeps its bytes, text or not', async () => {
  const bytes = Uint8Array.of(0xff, 0, 10);
  const files = await renderDelivery(deliveryOf(), [{ externalSecret: 'x', entries: entriesOf({ bin: bytes }) }], world);
  assert.deepEqual(Buffer.from(files[0]?.value.reveal() ?? []), Buffer.from(bytes));
  assert.equal(files[0]?.mode, 0o440);
});

test('layout none gives only the files that are asked for, each with its own mode', async () => {
  const files = await renderDelivery(
    deliveryOf({ layout: 'none', files: [eta('app/db.url', 'x://<%= url(it.username) %>', { mode: 0o444, group: 7 })] }),
    [db],
    world,
  );
  assert.deepEqual(
    files.map(({ path, value, ...access }) => [path, textOf(value), access]),
    [['app/db.url', 'x://app', { mode: 0o444, gid: 7 }]],
  );
});

test('a template may come from a file, or be one that is shipped', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'keytide-template-'));
  const path = join(dir, 'x.eta');
  await writeFile(path, '<%= it.username %>!');
  const files = await renderDelivery(
    deliveryOf({
      layout: 'none',
      files: [
        { path: 'x', template: { kind: 'etaFile', path } },
        { path: '.env', template: { kind: 'format', name: 'dotenv' } },
      ],
    }),
    [db],
    world,
  );
  assert.deepEqual(
    files.map(({ value }) => textOf(value)),
    ['app!', "password='hunter2'\nusername='app'\n"],
  );
  await rm(dir, { recursive: true });
});

test('a template that is not there, not text or endless is named', async () => {
  const file = (template: FileTemplate['template']) => deliveryOf({ files: [{ path: 'x', template }] });
  assert.match(
    (await errorOf(file({ kind: 'etaFile', path: '/no/such.eta' }))).message,
    /file x: template \/no\/such\.eta can't be read \(ENOENT\)/,
  );
  assert.match((await errorOf(file({ kind: 'format', name: 'tomml' }))).message, /format tomml can't be read/);
  assert.match((await errorOf(file({ kind: 'format', name: '../../etc/passwd' }))).message, /no format of this name/);
  assert.match((await errorOf(file({ kind: 'etaFile', path: process.execPath }))).message, /longer than 1048576 bytes/);
});

test('two members of a declared delivery with one key are an error that names both', async () => {
  const other = { externalSecret: 'cache', entries: entriesOf({ password: 'other' }) };
  const error = await errorOf(deliveryOf(), [db, other]);
  assert.equal(error.code, 'RESOLVE_FAILED');
  assert.equal(error.message, 'delivery web: both db and cache have an entry password');
});

test('external secrets that merge into one target: the later one wins', async () => {
  const other = { externalSecret: 'cache', entries: entriesOf({ password: 'other', more: '1' }) };
  const files = await renderDelivery(deliveryOf({ origin: 'implied' }), [db, other], world);
  assert.deepEqual(
    files.map(({ path, value }) => `${path}=${textOf(value)}`),
    ['username=app', 'password=other', 'more=1'],
  );
});

test('two files that want one place are refused', async () => {
  const cases: readonly (readonly [Partial<Delivery>, RegExp])[] = [
    [{ files: [eta('password', '')] }, /the file password and the entry password want the same place/],
    [{ files: [eta('password/x', '')] }, /the file password\/x and the entry password/],
    [{ files: [eta('a', ''), eta('a', '')] }, /the file a and the file a/],
    [{ layout: 'none', files: [eta('a/b', ''), eta('a', '')] }, /the file a and the file a\/b/],
  ];
  for (const [changes, message] of cases) {
    const error = await errorOf(deliveryOf(changes));
    assert.equal(error.code, 'FILE_REFUSED');
    assert.match(error.message, message);
  }
  await renderDelivery(deliveryOf({ layout: 'none', files: [eta('password', '')] }), [db], world);
});

test('a template that fails names its delivery and file', async () => {
  const error = await errorOf(deliveryOf({ files: [eta('a.conf', '\n<%= it.usernam %>')] }));
  assert.equal(error.code, 'TEMPLATE_FAILED');
  assert.equal(
    error.message,
    'delivery web, file a.conf: line 2, column 8: there is no entry "usernam"; did you mean "username"?',
  );
});

test('an eta template runs again only when its text, a partial, an option or an entry is another', async () => {
  const made: MadeFiles = new Map();
  const partial = new Map([['/t/part.eta', 'of <%= it.user %>']]);
  const readFile = async (path: string): Promise<Uint8Array> =>
    Buffer.from(partial.get(path) ?? "<%= options.x %> <%~ include('part') %>");
  const rendered = async (user: string, x: string): Promise<SecretValue | undefined> => {
    const template = { kind: 'etaFile', path: '/t/main.eta' } as const;
    const files = [{ path: 'f', template, with: { x: { kind: 'text', text: x } as const } }];
    const members = [{ externalSecret: 'db', entries: entriesOf({ user }) }];
    const [file] = await renderDelivery(deliveryOf({ layout: 'none', files }), members, { ...world, readFile, made });
    return file?.value;
  };
  const first = await rendered('app', '1');
  assert.equal(textOf(first), '1 of app');
  assert.equal(await rendered('app', '1'), first, 'nothing ran');
  assert.equal(textOf(await rendered('other', '1')), '1 of other');
  assert.equal(textOf(await rendered('other', '2')), '2 of other');
  partial.set('/t/part.eta', 'for <%= it.user %>');
  assert.equal(textOf(await rendered('other', '2')), '2 for other');
});
