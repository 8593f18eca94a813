import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { exitCodeOf } from '../../agent/commands/exit-codes.ts';
import { parseCommand } from '../../agent/commands/parse.ts';
import { run } from '../../agent/commands/render.ts';
import type { RenderReport } from '../../agent/commands/render-report.ts';
import type { World } from '../../agent/commands/world.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import { type Clock, systemClock } from '../../agent/core/clock.ts';
import { createMasker } from '../../agent/observe/masker.ts';
import { repository } from './keytide.ts';

const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: fake }
spec:
  provider:
    fake:
      data:
        - { key: db, value: '{"username":"appuser1","password":"hunter2hunter2","limits":{"a":1}}' }
        - { key: names, value: '{"hunter2hunter2":"x"}' }
        - { key: pem, value: "first line\\nsecond line\\n" }
        - { key: odd, value: "esc \\e[2J" }
`;

function secret(name: string, spec: string): string {
  return `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec: { secretStoreRef: { name: fake }, ${spec} }
`;
}

function delivery(name: string, spec: string): string {
  return `---
apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: ${name} }
spec: { ${spec} }
`;
}

const db = secret('db', 'dataFrom: [{ extract: { key: db } }]');
const pem = secret('pem', 'data: [{ secretKey: tls.crt, remoteRef: { key: pem } }]');

interface Given {
  readonly isOutputTerminal?: boolean;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: AgentError;
}

/** Runs the command in this process, on these manifests. */
async function render(t: TestContext, manifests: string, line: string, given: Given = {}): Promise<Ended> {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-render-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'spec.yaml'), manifests);
  const flags = ['--spec', dir, '--root', join(dir, 'root'), '--private', join(dir, 'private'), '--tokens', join(dir, 'tokens')];
  const words = line.split(' ').filter((word) => word !== '');
  const invocation = parseCommand(['render', ...words, ...flags], { env: {}, isTerminal: false });
  assert.ok(invocation.command === 'render');
  let [stdout, stderr] = ['', ''];
  const world: World = {
    ...{ env: {}, isTerminal: false, columns: () => 100, pid: 1, version: '0', nodeVersion: '0', masker: createMasker() },
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isOutputTerminal: () => given.isOutputTerminal ?? false,
    clock: given.clock ?? systemClock,
    signal: given.signal ?? new AbortController().signal,
    exitCodeOfSignal: () => 143,
    onUserRefresh: () => undefined,
    kill: () => assert.fail('nobody is told'),
    giveUpPrograms: () => assert.fail('there is no need'),
    lastWords: () => assert.fail('nothing is left behind'),
    templatesDir: join(repository, 'templates'),
    itself: {
      ...{ command: ['node'], parentPid: 0, mayStartPrograms: false, become: undefined },
      takeSignals: () => assert.fail('signals are for main.ts'),
      endBy: () => assert.fail('nothing ends'),
    },
  };
  try {
    return { code: await run(invocation, world), stdout, stderr };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { code: exitCodeOf(error), stdout, stderr, error };
  } finally {
    assert.deepEqual(readdirSync(dir), ['spec.yaml'], 'nothing is made');
  }
}

async function report(t: TestContext, manifests: string, line: string, given?: Given): Promise<RenderReport> {
  const { code, stdout, error } = await render(t, manifests, `${line} -o json`, given);
  assert.equal(code, 0, String(error));
  return JSON.parse(stdout);
}

async function refused(t: TestContext, manifests: string, line: string, given?: Given): Promise<AgentError> {
  const { stdout, error } = await render(t, manifests, line, given);
  assert.ok(error, 'it is no error');
  assert.equal(stdout, '');
  return error;
}

test('shows each file with mode, owner, size and form, and no value', async (t) => {
  const { code, stdout, stderr } = await render(t, store + db, 'db');
  assert.equal(code, 0);
  assert.match(stdout, /^delivery db: \/.*\/root\/db\n/);
  assert.match(stdout, /^ {2}file {7}0440 agent:agent username {2}\[8 bytes, text\]$/m);
  assert.match(stdout, /^ {2}file {7}0440 agent:agent password {2}\[14 bytes, text\]$/m);
  assert.match(stdout, /^ {2}file {7}0440 agent:agent limits {4}\[7 bytes, JSON\]$/m);
  assert.match(stdout, /\n\nnothing was written; --show-values shows the values at a terminal\n$/);
  assert.doesNotMatch(stdout + stderr, /appuser|hunter2/);
});

test('shows what target.template gives: keys, labels, annotations, and what is wrong with the type', async (t) => {
  const template = `{ type: kubernetes.io/tls, metadata: { labels: { team: "t-{{ .username }}" }, annotations: { note: "{{ .password }}" } }, data: { url: "pg://{{ .username }}", empty: "" } }`;
  const es = secret('db', `target: { template: ${template} }, dataFrom: [{ extract: { key: db } }]`);
  const { externalSecrets, deliveries } = await report(t, store + es, '');
  const [only] = externalSecrets;
  assert.ok(only);
  assert.equal(only.type, 'kubernetes.io/tls');
  assert.deepEqual(only.keys, [
    { name: 'url', bytes: 13, form: 'text' },
    { name: 'empty', bytes: 0, form: 'empty' },
  ]);
  assert.deepEqual(
    [only.labels, only.annotations],
    [[{ name: 'team', bytes: 10, form: 'text' }], [{ name: 'note', bytes: 14, form: 'text' }]],
  );
  assert.match(only.warnings.join('\n'), /kubernetes\.io\/tls wants the entries tls\.crt and tls\.key, which are missing/);
  assert.deepEqual(
    deliveries[0]?.files.map(({ path }) => path),
    ['url', 'empty'],
  );
});

test('says when a template uses chance or the time, and only then', async (t) => {
  const es = secret(
    'db',
    'target: { template: { data: { made: "{{ randAlphaNum 9 }}", fixed: "{{ .username }}" } } }, dataFrom: [{ extract: { key: db } }]',
  );
  const web = delivery(
    'web',
    'externalSecrets: [db], files: [{ path: a/now, goTemplate: "{{ now }}" }, { path: b, goTemplate: "b" }]',
  );
  const { externalSecrets, deliveries } = await report(t, store + es + web, 'web');
  assert.deepEqual(externalSecrets[0]?.notes, [
    'template.data made uses chance or the time: what it gives will be another value in the pod',
  ]);
  assert.deepEqual(deliveries[0]?.notes, ['a/now uses chance or the time: what it gives will be another value in the pod']);
});

test('of a Delivery shows all files with the modes they would have; of a member its own, and the files made of all', async (t) => {
  const web = delivery(
    'web',
    'externalSecrets: [db, pem], defaults: { group: 2000 }, files: [{ path: all.env, mode: "0400", owner: 7, eta: "<%= it.username + it[\'tls.crt\'] %>" }]',
  );
  const whole = await report(t, store + db + pem + web, 'web');
  assert.deepEqual(
    whole.externalSecrets.map(({ externalSecret }) => externalSecret),
    ['db', 'pem'],
  );
  assert.deepEqual(
    whole.deliveries[0]?.files.map(({ path }) => path),
    ['username', 'password', 'limits', 'tls.crt', 'all.env'],
  );
  assert.deepEqual(whole.deliveries[0]?.files.at(-1), {
    ...{ path: 'all.env', mode: '0400', owner: 7, group: 2000, bytes: 31, form: 'text' },
  });
  const member = await report(t, store + db + pem + web, 'pem');
  assert.deepEqual(
    member.deliveries[0]?.files.map(({ path }) => path),
    ['tls.crt', 'all.env'],
  );
});

test('lists keys that are no files', async (t) => {
  const web = delivery('web', 'externalSecrets: [db], layout: none, files: [{ path: app.env, eta: "<%= it.username %>" }]');
  const { stdout } = await render(t, store + db + web, 'db');
  assert.match(stdout, /^external secret db\n {2}key {8}username {2}\[8 bytes, text\]\n/);
  assert.match(stdout, /^ {2}file {7}0440 agent:agent app\.env {2}\[8 bytes, text\]$/m);
});

test('a name that is left out is the only external secret; otherwise the error lists them', async (t) => {
  assert.equal((await report(t, store + db, '')).externalSecrets[0]?.externalSecret, 'db');
  const several = await refused(t, store + db + pem, '');
  assert.deepEqual([several.code, several.message], ['USAGE', 'which one? there are external secrets db, pem']);
});

test('an unknown name is an error that guesses; a prefix says what is meant', async (t) => {
  const web = delivery('pem', 'externalSecrets: [db]') + delivery('other', 'externalSecrets: [pem]');
  const unknown = await refused(t, store + db + pem, 'pen');
  assert.equal(unknown.message, 'the spec has no external secret or delivery pen; did you mean "pem"?');
  assert.equal(unknown.hint, 'There are external secrets db, pem.');
  const clash = store + db + pem + web;
  assert.deepEqual(
    [(await report(t, clash, 'pem')).externalSecrets, (await report(t, clash, 'delivery/pem')).externalSecrets].map(
      (each) => each[0]?.externalSecret,
    ),
    ['pem', 'db'],
  );
  assert.equal((await refused(t, clash, 'delivery/dc')).message, 'the spec has no delivery dc');
  assert.equal((await refused(t, clash, 'externalsecret/d')).message, 'the spec has no external secret d; did you mean "db"?');
  const moved = secret('db', 'target: { name: elsewhere }, dataFrom: [{ extract: { key: db } }]');
  assert.equal((await report(t, store + moved, 'elsewhere')).externalSecrets[0]?.externalSecret, 'db');
});

test('values are printed at a terminal when asked for: text as it is, binary in base64', async (t) => {
  const odd = secret('odd', 'data: [{ secretKey: odd, remoteRef: { key: odd } }, { secretKey: pem, remoteRef: { key: pem } }]');
  const { stdout } = await render(t, store + odd, 'odd --show-values', { isOutputTerminal: true });
  assert.match(
    stdout,
    /odd {2}\[8 bytes, binary\] {2}in base64: ZXNjIBtbMko=\n/,
    'what moves the cursor of a terminal is no text',
  );
  assert.match(stdout, /pem {2}\[23 bytes, text\]\nfirst line\nsecond line\n/);
  const json = await report(t, store + db, 'db --show-values', { isOutputTerminal: true });
  assert.deepEqual(json.externalSecrets[0]?.keys[1], {
    ...{ name: 'password', bytes: 14, form: 'text', value: 'hunter2hunter2', encoding: 'text' },
  });
});

test('values are not printed into a file or a pipe, and nothing is fetched for it', async (t) => {
  for (const line of ['db --show-values', 'db --show-values -o json']) {
    const error = await refused(t, 'no: manifest', line);
    assert.equal(error.code, 'USAGE');
    assert.match(error.message, /only at a terminal/);
  }
  assert.equal((await render(t, store + db, 'db --no-show-values')).code, 0);
});

test('a name that equals a value is hidden, unless values are asked for', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-render-data-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const data = [{ key: 'db', value: JSON.stringify({ password: 'hunter3hunter3', hunter3hunter3: 'x' }) }];
  writeFileSync(join(dir, 'data.json'), JSON.stringify({ data })); // What stands in the spec itself is not hidden.
  const outside = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: fake, annotations: { keytide.dev/fake-data-file: ${join(dir, 'data.json')} } }
spec: { provider: { fake: { data: [] } } }
`;
  const masked = await render(t, outside + db, 'db');
  assert.match(masked.stdout, /agent \*\*\* +\[1 byte, text\]/);
  assert.doesNotMatch(masked.stdout, /hunter3/);
  const shown = await render(t, outside + db, 'db --show-values', { isOutputTerminal: true });
  assert.match(shown.stdout, /hunter3hunter3 +\[1 byte, text\] {2}x\n/);
});

test('a failure names external secret, key, line and column, and is all that is shown', async (t) => {
  const es = (data: string): string =>
    secret('db', `target: { template: { data: { ok: "fine", ${data} } } }, dataFrom: [{ extract: { key: db } }]`);
  const template = await refused(t, store + es('url: "{{ .usernam }}"'), 'db');
  assert.equal(exitCodeOf(template), 7);
  assert.match(
    template.message,
    /^external secret db, template\.data, key url: line 1, column \d+: .*did you mean \.username\?$/,
  );
  const missing = await refused(t, store + secret('db', 'data: [{ secretKey: x, remoteRef: { key: gone } }]'), 'db');
  assert.equal(exitCodeOf(missing), 5);
  assert.match(missing.message, /^external secret db: data\[0\] \(x\): .*gone/);
  const web = delivery('web', 'externalSecrets: [db], files: [{ path: out, eta: "<%= it.nope %>" }]');
  const file = await refused(t, store + db + web, 'db');
  assert.match(file.message, /^delivery web, file out: /);
  const spec = await refused(t, store + es('url: "{{ .x"'), 'db');
  assert.equal(exitCodeOf(spec), 3);
  assert.match(spec.message, /spec\.yaml:\d+:\d+: ExternalSecret db: spec\.target\.template\.data\.url: line 1/);
});

test('says what would become of the files when the store holds nothing', async (t) => {
  const gone = (policy: string): string =>
    secret('es', `target: { deletionPolicy: ${policy} }, data: [{ secretKey: x, remoteRef: { key: gone } }]`);
  const deleted = await report(t, store + gone('Delete'), 'es');
  assert.match(deleted.externalSecrets[0]?.notes.join('\n') ?? '', /would be taken away/);
  assert.match(deleted.externalSecrets[0]?.warnings.join('\n') ?? '', /gone.*left out/);
  assert.deepEqual(deleted.deliveries[0]?.files, []);
  const merging = secret('es', 'target: { creationPolicy: Merge }, data: [{ secretKey: x, remoteRef: { key: pem } }]');
  assert.match((await report(t, store + merging, 'es')).externalSecrets[0]?.notes.join('\n') ?? '', /only where something else/);
});

test('comes to an end when its time is over, and when it is interrupted', async (t) => {
  const clock: Clock = { ...systemClock, sleep: async () => undefined };
  const late = await refused(t, store + db, 'db --timeout 90s', { clock });
  assert.deepEqual([late.code, late.message], ['STORE_UNAVAILABLE', 'db could not be fetched and rendered within 90s']);
  const interrupted = await render(t, store + db, 'db', { signal: AbortSignal.abort() });
  assert.deepEqual([interrupted.code, interrupted.stdout], [143, '']);
});

test('warnings about the spec go to stderr', async (t) => {
  const { code, stderr } = await render(t, store + store.replace('name: fake', 'name: other').replace(/^/, '---\n') + db, 'db');
  assert.equal(code, 0);
  assert.match(stderr, /^keytide: \/.*spec\.yaml:\d+:\d+: warning: SecretStore other: /);
});

test('--format shows what a secret would be in a format, filled by --with', async (t) => {
  const line = 'db --format pgpass --show-values --with host=db.example --with password=entry:password';
  const { stdout, code, error } = await render(t, store + db, line, { isOutputTerminal: true });
  assert.equal(code, 0, String(error));
  assert.match(stdout, /0600 agent:agent pgpass {2}\[\d+ bytes, text\]\ndb\.example:5432:\*:appuser1:hunter2hunter2\n/);
});

test('--format shows nothing of the values in a pipe', async (t) => {
  const { stdout, code } = await render(t, store + db, 'db --format json');
  assert.equal(code, 0);
  assert.match(stdout, /json {2}\[\d+ bytes, JSON\]/);
  assert.doesNotMatch(stdout, /hunter2/);
});

test('--format without a name says what the format is, and needs no manifest', async (t) => {
  const one = await render(t, '', '--format pgpass');
  assert.match(one.stdout, /^pgpass: A password file/);
  assert.match(one.stdout, /Gives {4}db\.example:5432:\*:app:p\\:a\\\\ss/);
  assert.match(one.stdout, / {4}- path: pgpass\n {6}format: pgpass\n {6}with:\n {8}host: \{ entry: host \}\n {8}port: "5432"\n/);
  const facts = JSON.parse((await render(t, '', '--format pgpass -o json')).stdout);
  assert.deepEqual([facts.name, facts.mode, facts.needs[1].standard], ['pgpass', '0600', '5432']);
});

test('--format list shows every format', async (t) => {
  const { stdout } = await render(t, '', '--format list');
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  const files = readdirSync(join(repository, 'templates')).map((file) => file.replace(/\.\w+$/, ''));
  assert.deepEqual(names, files.toSorted());
  assert.equal(JSON.parse((await render(t, '', '--format list -o json')).stdout).length, files.length);
});

test('a format that is not there, and what it is not told, are errors', async (t) => {
  const { error } = await render(t, store + db, 'db --format pgpas');
  assert.match(String(error), /there is no format pgpas; did you mean "pgpass"/);
  const missing = await render(t, store + db, 'db --format pgpass');
  assert.match(String(missing.error), /it needs "host", and there is no entry of this name/);
  assert.throws(() => parseCommand(['render', '--with', 'a=b'], { env: {}, isTerminal: false }), /name one with --format/);
  assert.throws(() => parseCommand(['render', '--format', 'x', '--with', 'a'], { env: {}, isTerminal: false }), /NAME=TEXT/);
});
