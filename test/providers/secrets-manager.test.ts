import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Answer, ObjectRef } from '../../agent/core/object-ref.ts';
import type { AwsConfig } from '../../agent/providers/aws/config.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { type AwsWorld, awsConfig, awsWorld, openAws } from './aws-world.ts';

interface Setting extends AwsWorld {
  readonly double: AwsDouble;
  readonly provider: Provider;
  readonly read: (...refs: readonly ObjectRef[]) => Promise<readonly (Answer | undefined)[]>;
}

async function setting(t: TestContext, options: AwsDoubleOptions, config: Partial<AwsConfig> = {}): Promise<Setting> {
  const double = await startAwsDouble(options);
  t.after(double.close);
  const world = awsWorld(double.env);
  const provider = await openAws(awsConfig('SecretsManager', config), world.effects);
  t.after(() => provider.close?.());
  const read = async (...refs: readonly ObjectRef[]): Promise<readonly (Answer | undefined)[]> => {
    const answers = await provider.read(refs, new Map(), new AbortController().signal);
    return refs.map((each) => answers.get(each));
  };
  return { ...world, double, provider, read };
}

function secrets(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`app/${index}`, `value ${index}`]));
}

test('reads a thousand secrets with fifty batches, each refresh', async (t) => {
  const all = secrets(1000);
  const { double, read } = await setting(t, { secrets: all });
  const refs = Object.keys(all).map(ref);
  for (const refreshes of [1, 2]) {
    const answers = await read(...refs);
    assert.ok(answers.every((answer, index) => textOf(answer) === `value ${index}`));
    assert.equal(double.count(), 50 * refreshes);
    assert.equal(double.count('BatchGetSecretValue'), 50 * refreshes);
  }
});

test('reads up to three secrets one by one, and four in one batch', async (t) => {
  const { double, read } = await setting(t, { secrets: secrets(4) });
  await read(ref('app/0'), ref('app/1'), ref('app/2'));
  assert.equal(double.count('GetSecretValue'), 3);
  double.forgetCalls();
  await read(ref('app/0'), ref('app/1'), ref('app/2'), ref('app/3'));
  assert.deepEqual(
    double.calls.map(({ operation }) => operation),
    ['BatchGetSecretValue'],
  );
});

test('asks for the current version by its stage, for a uuid/ version by id, for any other by stage, and puts the prefix in front', async (t) => {
  const versions = { '0f3c2a': { text: 'third' }, old: { text: 'second', stages: ['AWSPREVIOUS'] } };
  const { double, read } = await setting(t, { secrets: { 'team/db': { text: 'first', versions } } }, { prefix: 'team/' });
  const at = (version: string): ObjectRef => ({ kind: 'value', key: 'db', version });
  const answers = await read(at(''), at('AWSCURRENT'), at('uuid/0f3c2a'), at('AWSPREVIOUS'));
  assert.deepEqual(answers.map(textOf), ['first', 'first', 'third', 'second']);
  assert.deepEqual(
    double.calls.map(({ input }) => input),
    [
      { SecretId: 'team/db', VersionStage: 'AWSCURRENT' },
      { SecretId: 'team/db', VersionId: '0f3c2a' },
      { SecretId: 'team/db', VersionStage: 'AWSPREVIOUS' },
    ],
  );
});

test('the version is the version id, and it moves with the label, whether the value changes or not', async (t) => {
  const { double, read } = await setting(t, { secrets: { db: { text: 'same', versionId: 'v1' } } });
  const versionOf = async (): Promise<unknown> => {
    const [answer] = await read(ref('db'));
    return answer?.kind === 'found' && [answer.version, textOf(answer)];
  };
  assert.deepEqual(await versionOf(), ['v1', 'same']);
  double.set({ secrets: { db: { text: 'same', versionId: 'v2' } } });
  assert.deepEqual(await versionOf(), ['v2', 'same']);
  double.set({ secrets: { db: { text: 'other', versionId: 'v2' } } });
  assert.deepEqual(await versionOf(), ['v2', 'other']);
});

test('a secret with text and bytes gives its text, and its bytes for properties', async (t) => {
  const { read } = await setting(t, {
    secrets: { both: { text: '{"a":"text"}', binary: Buffer.from('{"a":"bytes"}') }, one: 'text' },
  });
  const [both, one] = await read(ref('both'), ref('one'));
  assert.equal(textOf(both), '{"a":"text"}');
  assert.equal(both?.kind === 'found' && Buffer.from(both.propertyValue?.reveal() ?? []).toString(), '{"a":"bytes"}');
  assert.equal(one?.kind === 'found' && one.propertyValue, undefined);
});

test('reads by ARN and by an ARN without its random characters, alone and in a batch', async (t) => {
  const { read } = await setting(t, { secrets: { ...secrets(2), 'db-abcdef': 'by arn' } });
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-abcdef';
  const [partial] = await read(ref(arn));
  assert.equal(textOf(partial), 'by arn');
  const answers = await read(ref(arn), ref('app/0'), ref('app/1'), ref('db-abcdef'));
  assert.deepEqual(answers.map(textOf), ['by arn', 'value 0', 'value 1', 'by arn']);
});

test('tags come as Go writes JSON: sorted, HTML escaped, {} without any', async (t) => {
  const tags = { b: '2', a: 'x&y <z>', ß: '\u2028\n', 'a-b': '"\\' };
  const { double, read } = await setting(t, { secrets: { tagged: { text: 'x', tags }, bare: 'x' } });
  const metadata = (key: string): ObjectRef => ({ kind: 'metadata', key, version: 'ignored' });
  const [tagged, bare, gone] = await read(metadata('tagged'), metadata('bare'), metadata('gone'));
  assert.equal(textOf(tagged), '{"a":"x\\u0026y \\u003cz\\u003e","a-b":"\\"\\\\","b":"2","ß":"\\u2028\\n"}');
  assert.equal(textOf(bare), '{}');
  // With ESO a missing secret is NoSecret when its value is read, and a plain error when its tags are.
  assert.equal(classOf(gone), 'missing');
  assert.equal(gone?.kind, 'failed');
  assert.equal(double.count('DescribeSecret'), 3);
});

test('a secret without a value, and one without such a version, read otherwise than none at all', async (t) => {
  const { read } = await setting(t, { secrets: { empty: {}, db: 'x' } });
  const [empty, none, stage] = await read(ref('empty'), ref('none'), { kind: 'value', key: 'db', version: 'beta' });
  const reasons = [empty, none, stage].map((answer) => answer?.kind === 'missing' && answer.reason);
  assert.deepEqual(reasons, [
    'SecretStore/aws: AWS Secrets Manager has empty, but no value with the label AWSCURRENT yet',
    'SecretStore/aws: AWS Secrets Manager has no none',
    'SecretStore/aws: AWS Secrets Manager has no db at version beta',
  ]);
});

test('a secret marked for deletion is an error, not a missing one: its files stay', async (t) => {
  const { double, read } = await setting(t, { secrets: { ...secrets(4), going: { text: 'x', deleted: true } } });
  const [alone] = await read(ref('going'));
  assert.ok(alone?.kind === 'failed');
  assert.match(alone.error.message, /going in AWS Secrets Manager is marked for deletion/);
  assert.match(alone.error.hint, /restore/);
  const [, , , , inBatch] = await read(...Object.keys(secrets(4)).map(ref), ref('going'));
  assert.equal(inBatch?.kind, 'failed');
  // Only when AWS calls it an invalid parameter does ESO count it as NoSecret.
  const error = (code: string, message: string) => ({ kind: 'error', code, message }) as const;
  double.fault({ trouble: error('InvalidParameterException', 'it was marked for deletion') });
  assert.equal((await read(ref('going')))[0]?.kind, 'missing');
  double.fault({ trouble: error('InvalidRequestException', "the operation on a secret that's currently marked deleted.") });
  assert.equal(classOf((await read(ref('going')))[0]), 'missing');
});

test('a batch answers each entry on its own: found, missing, denied, undecryptable', async (t) => {
  const { double, read } = await setting(t, { secrets: { ...secrets(3), locked: { text: 'x', fails: 'DecryptionFailure' } } });
  double.deny({ action: 'secretsmanager:GetSecretValue', resource: 'app/1' });
  const [first, denied, third, locked, gone] = await read(...['app/0', 'app/1', 'app/2', 'locked', 'gone'].map(ref));
  assert.equal(textOf(first), 'value 0');
  assert.equal(textOf(third), 'value 2');
  assert.equal(classOf(denied), 'denied');
  assert.equal(classOf(locked), 'denied');
  assert.match((locked?.kind === 'failed' && locked.error.hint) || '', /kms:Decrypt/);
  assert.equal(gone?.kind, 'missing');
  assert.deepEqual(
    double.calls.map(({ operation }) => operation),
    ['BatchGetSecretValue'],
  );
});

test('what a batch leaves out, or fails for a passing reason, is read on its own', async (t) => {
  const { double, read } = await setting(t, { secrets: secrets(5) });
  double.fault({ operation: 'BatchGetSecretValue', trouble: { kind: 'omit', ids: ['app/1'] } });
  assert.equal(textOf((await read(...Object.keys(secrets(5)).map(ref)))[1]), 'value 1');
  double.fault({
    operation: 'BatchGetSecretValue',
    trouble: { kind: 'entryErrors', errors: { 'app/2': 'InternalServiceError', 'app/3': 'SomethingNew' } },
  });
  const answers = await read(...Object.keys(secrets(5)).map(ref));
  assert.deepEqual(answers.map(textOf), Object.values(secrets(5)));
  assert.deepEqual(
    double.calls.filter(({ operation }) => operation === 'GetSecretValue').map(({ input }) => input['SecretId']),
    ['app/1', 'app/2', 'app/3'],
  );
});

test('a role that may not batch is told once and asked never again', async (t) => {
  const { double, read, requests } = await setting(t, { secrets: secrets(8) });
  double.deny({ action: 'secretsmanager:BatchGetSecretValue' });
  const refs = Object.keys(secrets(8)).map(ref);
  for (let refresh = 0; refresh < 3; refresh += 1) assert.deepEqual((await read(...refs)).map(textOf), Object.values(secrets(8)));
  assert.equal(double.count('BatchGetSecretValue'), 1);
  assert.equal(double.count('GetSecretValue'), 24);
  assert.equal(requests.filter((request) => request.class === 'denied').length, 1);
});

test('a throttled batch gives way to single reads, which have a hundred times its quota', async (t) => {
  const { double, read } = await setting(t, { secrets: secrets(8) });
  double.fault({
    operation: 'BatchGetSecretValue',
    times: Number.POSITIVE_INFINITY,
    trouble: { kind: 'error', code: 'ThrottlingException' },
  });
  assert.deepEqual((await read(...Object.keys(secrets(8)).map(ref))).map(textOf), Object.values(secrets(8)));
  assert.equal(double.count('BatchGetSecretValue'), 2);
  assert.equal(double.count('GetSecretValue'), 8);
});

test('one name that AWS finds invalid spoils no other in its batch', async (t) => {
  const { double, read } = await setting(t, { secrets: secrets(4) });
  const isBad = (input: Readonly<Record<string, unknown>>): boolean => JSON.stringify(input).includes('bad name');
  const trouble = { kind: 'error', code: 'ValidationException', message: "Invalid name 'bad name' (request id: 4711)" } as const;
  double.fault({ where: isBad, times: 2, trouble });
  const answers = await read(ref('bad name'), ...Object.keys(secrets(4)).map(ref));
  assert.deepEqual(answers.slice(1).map(textOf), Object.values(secrets(4)));
  const [bad] = answers;
  assert.ok(bad?.kind === 'failed');
  assert.equal(bad.error.code, 'REQUEST_INVALID');
  assert.doesNotMatch(bad.error.message, /4711/);
});

test('a storm of throttling ends a round after few calls, not after a thousand', async (t) => {
  const { double, read, sleeps } = await setting(t, { secrets: secrets(400) });
  double.fault({ times: Number.POSITIVE_INFINITY, trouble: { kind: 'error', code: 'ThrottlingException' } });
  const answers = await read(...Object.keys(secrets(400)).map(ref));
  assert.ok(answers.every((answer) => classOf(answer) === 'throttled'));
  assert.ok(double.count() <= 70, `${double.count()} calls`);
  assert.ok(sleeps.some((ms) => ms >= 500));
});

test('tells metrics of every request: store, operation, class, seconds', async (t) => {
  const { double, read, requests } = await setting(t, { secrets: secrets(1) });
  double.fault({ trouble: { kind: 'error', code: 'InternalServiceError', status: 500 } });
  await read(ref('app/0'), ref('none'));
  const seen = requests.map(({ store, operation, class: outcome }) => `${store} ${operation} ${outcome}`).sort();
  assert.deepEqual(seen, [
    'SecretStore/aws GetSecretValue missing',
    'SecretStore/aws GetSecretValue ok',
    'SecretStore/aws GetSecretValue unavailable',
  ]);
  assert.ok(requests.every(({ seconds }) => seconds >= 0 && seconds < 60));
});

test('an answer with neither text nor bytes is an invalid answer', async (t) => {
  const { double, read } = await setting(t, { secrets: secrets(1) });
  double.fault({ trouble: { kind: 'answer', body: '{"ARN":"a","Name":"app/0","VersionId":"v"}' } });
  const [answer] = await read(ref('app/0'));
  assert.ok(answer?.kind === 'failed');
  assert.equal(answer.error.code, 'STORE_ANSWER_INVALID');
  assert.equal(answer.error.message, 'SecretStore/aws: AWS Secrets Manager answered neither text nor bytes for app/0');
});
