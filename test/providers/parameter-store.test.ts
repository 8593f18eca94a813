import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Answer, FindQuery, ObjectRef } from '../../agent/core/object-ref.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import type { AwsConfig } from '../../agent/providers/aws/config.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { awsConfig, awsWorld, openAws } from './aws-world.ts';

interface Setting {
  readonly double: AwsDouble;
  readonly read: (...refs: readonly ObjectRef[]) => Promise<readonly (Answer | undefined)[]>;
  readonly find: (query: FindQuery) => Promise<Readonly<Record<string, string | undefined>>>;
  readonly operations: () => readonly string[];
}

async function setting(t: TestContext, options: AwsDoubleOptions, config: Partial<AwsConfig> = {}): Promise<Setting> {
  const double = await startAwsDouble(options);
  t.after(double.close);
  const provider = await openAws(awsConfig('ParameterStore', config), awsWorld(double.env).effects);
  t.after(() => provider.close?.());
  const { signal } = new AbortController();
  return {
    double,
    async read(...refs) {
      const answers = await provider.read(refs, new Map(), signal);
      return refs.map((each) => answers.get(each));
    },
    async find(query) {
      const found = (await provider.find?.(query, signal)) ?? [];
      return Object.fromEntries(
        found.map((hit) => [
          hit.key,
          hit.kind === 'found' ? Buffer.from(hit.value.reveal()).toString() : classOf({ kind: 'failed', error: hit.error }),
        ]),
      );
    },
    operations: () => double.calls.map(({ operation }) => operation),
  };
}

function parameters(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`/app/${index}`, `value ${index}`]));
}

const name = (source: string): FindQuery => ({ name: compileRegexp(source) });

test('reads ten parameters a call, decrypted, one alone with GetParameter', async (t) => {
  const { read, operations, double } = await setting(t, { parameters: parameters(25) });
  const answers = await read(...Object.keys(parameters(25)).map(ref));
  assert.deepEqual(answers.map(textOf), Object.values(parameters(25)));
  assert.deepEqual(operations(), ['GetParameters', 'GetParameters', 'GetParameters']);
  assert.ok(double.calls.every(({ input }) => input['WithDecryption'] === true));
  double.forgetCalls();
  await read(ref('/app/1'));
  assert.deepEqual(double.calls[0]?.input, { Name: '/app/1', WithDecryption: true });
});

test('two versions and a label of one parameter come from one call, each with its own value', async (t) => {
  const { read, double, operations } = await setting(t, { parameters: { '/app/db': { value: 'one', labels: ['stable'] } } });
  double.set({ parameters: { '/app/db': 'two' } });
  const at = (version: string): ObjectRef => ({ kind: 'value', key: '/app/db', version });
  const answers = await read(at(''), at('1'), at('2'), at('stable'), { kind: 'value', key: '/app/db:1', version: '' });
  assert.deepEqual(answers.map(textOf), ['two', 'one', 'two', 'one', 'one']);
  assert.deepEqual(
    answers.map((answer) => answer?.kind === 'found' && answer.version),
    ['2', '1', '2', '1', '1'],
  );
  assert.deepEqual(operations(), ['GetParameters']);
  assert.deepEqual(double.calls[0]?.input['Names'], ['/app/db', '/app/db:1', '/app/db:2', '/app/db:stable']);
});

test('reads by ARN, by a name without slash, and with the prefix in front', async (t) => {
  const { read } = await setting(t, { parameters: { '/app/db': 'db', plain: 'plain' } });
  const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/db';
  assert.deepEqual((await read(ref(arn), ref('plain'), ref('/app/db'))).map(textOf), ['db', 'plain', 'db']);
  const prefixed = await setting(t, { parameters: { '/app/db': 'db' } }, { prefix: '/app/' });
  assert.equal(textOf((await prefixed.read(ref('db')))[0]), 'db');
});

test('a StringList is its text with commas', async (t) => {
  const { read } = await setting(t, { parameters: { list: { value: 'a,b', type: 'StringList' } } });
  assert.equal(textOf((await read(ref('list')))[0]), 'a,b');
});

test('what a batch calls invalid is asked for alone: missing, no such version, denied, or there', async (t) => {
  const listedInvalid = { value: 'there', listedInvalid: true } as const;
  const { read, operations } = await setting(t, { parameters: { ...parameters(2), '/app/odd': listedInvalid } });
  const version: ObjectRef = { kind: 'value', key: '/app/1', version: '9' };
  const [first, odd, none, noVersion] = await read(ref('/app/0'), ref('/app/odd'), ref('/none'), version);
  assert.equal(textOf(first), 'value 0');
  assert.equal(textOf(odd), 'there');
  assert.deepEqual(none, { kind: 'missing', reason: 'SecretStore/aws: AWS Parameter Store has no /none' });
  // ESO's NoSecret is ParameterNotFound alone; a version that isn't there is an error of class missing.
  assert.equal(noVersion?.kind, 'failed');
  assert.equal(classOf(noVersion), 'missing');
  assert.deepEqual(operations(), ['GetParameters', 'GetParameter', 'GetParameter', 'GetParameter']);
});

test('what a batch leaves out is asked for alone', async (t) => {
  const { read, double } = await setting(t, { parameters: parameters(3) });
  double.fault({ operation: 'GetParameters', trouble: { kind: 'omit', ids: ['/app/1'] } });
  assert.deepEqual((await read(...Object.keys(parameters(3)).map(ref))).map(textOf), Object.values(parameters(3)));
  assert.equal(double.count('GetParameter'), 1);
});

test('one denied name refuses a whole batch once; then it is asked alone and the others together', async (t) => {
  const { read, double, operations } = await setting(t, { parameters: parameters(5) });
  for (const action of ['ssm:GetParameter', 'ssm:GetParameters']) double.deny({ action, resource: '/app/2' });
  const refs = Object.keys(parameters(5)).map(ref);
  const expected = ['found', 'found', 'denied', 'found', 'found'];
  assert.deepEqual(
    (await read(...refs)).map((answer) => classOf(answer)),
    expected,
  );
  double.forgetCalls();
  assert.deepEqual(
    (await read(...refs)).map((answer) => classOf(answer)),
    expected,
  );
  assert.deepEqual(operations().toSorted(), ['GetParameter', 'GetParameters', 'GetParameters']);
  assert.deepEqual(
    double.calls.flatMap(({ input }) => input['Names'] ?? []),
    ['/app/0', '/app/1', '/app/3', '/app/4', '/app/2'],
  );
});

test('a name that may be read again goes back into the batch', async (t) => {
  const { read, double, operations } = await setting(t, { parameters: parameters(5) });
  const denials = ['ssm:GetParameter', 'ssm:GetParameters'].map((action) => double.deny({ action, resource: '/app/2' }));
  const refs = Object.keys(parameters(5)).map(ref);
  await read(...refs);
  for (const denial of denials) denial.end();
  await read(...refs);
  double.forgetCalls();
  assert.deepEqual((await read(...refs)).map(textOf), Object.values(parameters(5)));
  assert.deepEqual(operations(), ['GetParameters']);
});

test('a role with only ssm:GetParameter reads one by one, and batches are not tried again', async (t) => {
  const { read, double } = await setting(t, { parameters: parameters(4) });
  double.deny({ action: 'ssm:GetParameters' });
  const refs = [...Object.keys(parameters(4)), '/none'].map(ref);
  for (let refresh = 0; refresh < 2; refresh += 1) {
    const answers = await read(...refs);
    assert.deepEqual(answers.slice(0, 4).map(textOf), Object.values(parameters(4)));
    assert.equal(answers[4]?.kind, 'missing');
  }
  assert.equal(double.count('GetParameters'), 1);
  assert.equal(double.count('GetParameter'), 10);
});

test('a role with only ssm:GetParameters reads one alone with it, too', async (t) => {
  const { read, double } = await setting(t, { parameters: parameters(1) });
  double.deny({ action: 'ssm:GetParameter' });
  for (let refresh = 0; refresh < 2; refresh += 1) assert.equal(textOf((await read(ref('/app/0')))[0]), 'value 0');
  assert.equal(double.count('GetParameter'), 1);
  assert.equal(double.count('GetParameters'), 2);
  // It can't tell missing from denied, and says so: files must not go.
  const [none] = await read(ref('/none'));
  assert.equal(classOf(none), 'denied');
});

test('tags are read as JSON; a parameter that is not there is a plain error then', async (t) => {
  const { read, double } = await setting(t, {
    parameters: { '/app/db': { value: 'x', tags: { b: '<', a: '1' } }, '/bare': 'x' },
  });
  const metadata = (key: string, version = ''): ObjectRef => ({ kind: 'metadata', key, version });
  const [tagged, bare, none] = await read(metadata('/app/db', '3'), metadata('/bare'), metadata('/none'));
  assert.equal(textOf(tagged), '{"a":"1","b":"\\u003c"}');
  assert.equal(textOf(bare), '{}');
  assert.equal(none?.kind, 'failed');
  assert.deepEqual(double.calls[0]?.input, { ResourceType: 'Parameter', ResourceId: '/app/db:3' });
});

test('finds by name below a path, all pages, decrypted, full names', async (t) => {
  const { find, double, operations } = await setting(t, { parameters: { ...parameters(25), '/other/1': 'x' } });
  double.fault({ operation: 'GetParametersByPath', times: 2, trouble: { kind: 'emptyPage' } });
  const found = await find({ ...name('1$'), path: '/app' });
  assert.deepEqual(found, { '/app/1': 'value 1', '/app/11': 'value 11', '/app/21': 'value 21' });
  assert.deepEqual(new Set(operations()), new Set(['GetParametersByPath']));
  const { Path, Recursive, WithDecryption } = Object(double.calls[0]?.input);
  assert.deepEqual({ Path, Recursive, WithDecryption }, { Path: '/app', Recursive: true, WithDecryption: true });
});

test('finds by name from / when no path is given; tags beside a name mean nothing', async (t) => {
  const { find, double } = await setting(t, { parameters: { '/a/b': '1', '/c': '2' } });
  assert.deepEqual(await find({ ...name('.'), tags: { env: 'dev' } }), { '/a/b': '1', '/c': '2' });
  assert.equal(double.calls[0]?.input['Path'], '/');
});

test('a role that may not read by path lists and reads each match', async (t) => {
  const { find, double, operations } = await setting(t, { parameters: { '/a/b': '1', '/c': '2', plain: '3' } });
  double.deny({ action: 'ssm:GetParametersByPath' });
  assert.deepEqual(await find({ ...name('.'), path: '/a' }), { '/a/b': '1' });
  assert.deepEqual(operations(), ['GetParametersByPath', 'DescribeParameters', 'GetParameter']);
  // Names without a slash are below no path: only this way finds them.
  assert.deepEqual(await find(name('.')), { '/a/b': '1', '/c': '2', plain: '3' });
});

test('finds by tags, all of which must hold, below a path if there is one, and reads each hit', async (t) => {
  const tagged = (env: string, team: string) => ({ value: `${env} ${team}`, tags: { env, team } });
  const { find, double, operations } = await setting(t, {
    parameters: { '/a/1': tagged('dev', 'x'), '/a/2': tagged('dev', 'y'), '/b/1': tagged('dev', 'x'), '/a/3': 'untagged' },
  });
  assert.deepEqual(await find({ tags: { env: 'dev', team: 'x' } }), { '/a/1': 'dev x', '/b/1': 'dev x' });
  assert.deepEqual(operations(), ['DescribeParameters', 'GetParameter', 'GetParameter']);
  assert.deepEqual(await find({ tags: { env: 'dev', team: 'x' }, path: '/a' }), { '/a/1': 'dev x' });
  assert.deepEqual(double.calls[3]?.input['ParameterFilters'], [
    { Key: 'tag:env', Option: 'Equals', Values: ['dev'] },
    { Key: 'tag:team', Option: 'Equals', Values: ['x'] },
    { Key: 'Path', Option: 'Recursive', Values: ['/a'] },
  ]);
});

test('a find by neither name nor tags is an error; a hit that may not be read is told by name', async (t) => {
  const { find, double } = await setting(t, {
    parameters: { '/a': { value: '1', tags: { e: 'd' } }, '/b': { value: '2', tags: { e: 'd' } } },
  });
  await assert.rejects(find({}), (error) => error instanceof AgentError && error.code === 'REQUEST_INVALID');
  for (const action of ['ssm:GetParameter', 'ssm:GetParameters']) double.deny({ action, resource: '/a' });
  assert.deepEqual(await find({ tags: { e: 'd' } }), { '/a': 'denied', '/b': '2' });
});

test('throttling holds the whole store back, with full jitter', async (t) => {
  const { read, double } = await setting(t, { parameters: parameters(80) });
  double.fault({
    times: Number.POSITIVE_INFINITY,
    trouble: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
  });
  const answers = await read(...Object.keys(parameters(80)).map(ref));
  assert.ok(answers.every((answer) => classOf(answer) === 'throttled'));
  assert.ok(double.count() <= 12, `${double.count()} calls`);
});
