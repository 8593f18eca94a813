import assert from 'node:assert/strict';
import test from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { deliveriesOf, makeEnvironment, planEnvironment } from '../../agent/exec/child-environment.ts';
import { parseReference, piecesOf } from '../../agent/exec/references.ts';

const values = {
  db: { user: 'app', password: 'canary', big: 'x'.repeat(131_062), nul: 'canary\0', 'tls.crt': 'pem' },
  web: { user: 'other', 'conf/app.ini': 'a=1' },
  raw: { binary: new Uint8Array([0xff]) },
} as const;

function valuesOf(delivery: string): ReadonlyMap<string, SecretValue> {
  const all: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = values;
  const entries = all[delivery] ?? {};
  return new Map(
    Object.entries(entries).map(([key, value]) => [
      key,
      typeof value === 'string' ? SecretValue.ofText(value) : new SecretValue(value),
    ]),
  );
}

interface Given {
  readonly own?: Readonly<Record<string, string>>;
  readonly from?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function made({ own = {}, from = [], env = {} }: Given): ReturnType<typeof makeEnvironment> {
  const named = Object.entries(env).map(([name, text]) => [name, parseReference(text) ?? assert.fail(text)] as const);
  return makeEnvironment(planEnvironment(own, { envFrom: from, env: new Map(named) }), valuesOf);
}

function refused(given: Given, words: RegExp): void {
  assert.throws(
    () => made(given),
    (error) => {
      assert.ok(error instanceof AgentError);
      assert.match(error.message, words);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /canary/);
      return true;
    },
  );
}

test('what is named one by one beats a whole delivery, a later delivery an earlier one, and all of them what was there', () => {
  const { environment, replaced } = made({
    own: { user: 'mine', HOME: '/' },
    from: ['web', 'raw'].slice(0, 1),
    env: { password: 'db/password' },
  });
  assert.deepEqual(environment, { HOME: '/', user: 'other', password: 'canary' });
  assert.deepEqual(replaced, ['user']);
  assert.equal(made({ env: { INI: 'web/conf/app.ini' } }).environment['INI'], 'a=1');
});

test('options of the agent do not go on', () => {
  assert.deepEqual(made({ own: { KEYTIDE_ROOT: '/r', KEYTIDE: 'x' } }).environment, { KEYTIDE: 'x' });
});

test('keys that are no names of variables are passed over, and told', () => {
  assert.deepEqual(made({ from: ['web'] }).passedOver, ['web/conf/app.ini']);
});

test('a value that no variable can hold is refused, and named', () => {
  refused({ env: { X: 'db/nul' } }, /variable X: db\/nul holds a NUL/);
  refused({ from: ['raw'] }, /variable binary: raw\/binary is not UTF-8/);
  refused({ env: { LONG_NAME: 'db/big' } }, /variable LONG_NAME: it has 131072 bytes with its name, and Linux takes 131071/);
  assert.equal(made({ env: { LONG_NAM: 'db/big' } }).environment['LONG_NAM']?.length, 131_062);
  refused({ own: { U: 'keytide://db/none' } }, /variable U: delivery db has no none; it has: user, password/);
});

test('references stand for a whole value, or in braces inside of one', () => {
  const own = {
    WHOLE: 'keytide://db/password',
    URL: 'x://$' + '{keytide://db/user}:$' + '{keytide://db/password}@h?$' + '{HOME}',
  };
  const { environment } = made({ own });
  assert.deepEqual(environment, { WHOLE: 'canary', URL: 'x://app:canary@h?$' + '{HOME}' });
  assert.deepEqual([...deliveriesOf(planEnvironment(own, { envFrom: ['web'], env: new Map() }))], ['web', 'db']);
});

test('what says keytide:// and is no reference is refused, not passed on', () => {
  for (const value of [
    'keytide://db',
    'keytide://db/',
    'x keytide://db/user',
    '$' + '{keytide://db/user',
    'keytide://db/user ',
    'keytide://db/a//b',
  ])
    assert.throws(() => piecesOf('URL', value), /variable URL has a reference that can't be read/, value);
  assert.equal(piecesOf('URL', 'https://x'), undefined);
});

test('a value that looks like a reference is not resolved again', () => {
  const plan = planEnvironment({ A: 'keytide://d/k' }, { envFrom: [], env: new Map() });
  const tricky = SecretValue.ofText('keytide://db/password');
  assert.equal(makeEnvironment(plan, () => new Map([['k', tricky]])).environment['A'], 'keytide://db/password');
});
