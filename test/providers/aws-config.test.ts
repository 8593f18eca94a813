import assert from 'node:assert/strict';
import test from 'node:test';
import { compileRegexp } from '../../agent/core/re2.ts';
import { aws } from '../../agent/providers/aws/aws.ts';
import { awsShape } from '../../agent/providers/aws/config.ts';
import { ref } from '../contract/provider-contract.ts';
import { awsConfig, awsStore } from './aws-world.ts';
import { decode } from './spec-node.ts';

const least = { service: 'SecretsManager', region: 'eu-west-1' };

test('a store with only service and region has every default', () => {
  assert.deepEqual(decode(awsShape, least), { value: awsConfig('SecretsManager'), problems: [] });
});

test('every field that External Secrets Operator takes is read', () => {
  const secretRef = (name: string) => ({ name, key: 'k', namespace: 'ns' });
  const whole = {
    service: 'ParameterStore',
    region: 'us-gov-west-1',
    role: 'arn:aws:iam::1:role/a',
    additionalRoles: ['arn:aws:iam::1:role/b'],
    externalID: 'x',
    sessionTags: [{ key: 'a', value: 'b' }],
    transitiveTagKeys: ['a'],
    sessionTagsPolicy: 'Custom',
    customSessionTags: { team: 'x' },
    prefix: '/p/',
    auth: {
      secretRef: {
        accessKeyIDSecretRef: secretRef('id'),
        secretAccessKeySecretRef: secretRef('key'),
        sessionTokenSecretRef: secretRef('token'),
      },
    },
  };
  const { value, problems } = decode(awsShape, whole);
  assert.deepEqual(problems, []);
  assert.deepEqual(value, {
    ...whole,
    customSessionTags: Object.assign(Object.create(null), whole.customSessionTags),
    auth: {
      kind: 'secretRef',
      accessKeyID: secretRef('id'),
      secretAccessKey: secretRef('key'),
      sessionToken: secretRef('token'),
    },
  });
  assert.ok(value);
  assert.deepEqual(
    aws.references(value).secrets.map(({ name, path }) => `${name} ${path}`),
    [
      'id auth.secretRef.accessKeyIDSecretRef',
      'key auth.secretRef.secretAccessKeySecretRef',
      'token auth.secretRef.sessionTokenSecretRef',
    ],
  );
});

test('auth.jwt goes before auth.secretRef, and its service account is told as a reference', () => {
  const key = { name: 'n', key: 'k' };
  const auth = {
    jwt: { serviceAccountRef: { name: 'app', namespace: 'other' } },
    secretRef: { accessKeyIDSecretRef: key, secretAccessKeySecretRef: key },
  };
  const { value, problems } = decode(awsShape, { ...least, auth });
  assert.deepEqual(problems, []);
  assert.ok(value);
  assert.deepEqual(value.auth, { kind: 'jwt', serviceAccountRef: { name: 'app', namespace: 'other', audiences: [] } });
  assert.deepEqual(aws.references(value), {
    secrets: [],
    serviceAccounts: [{ name: 'app', namespace: 'other', audiences: [], path: 'auth.jwt.serviceAccountRef' }],
  });
});

test('what PushSecret needs is accepted, and check says that it means nothing here', () => {
  const { value, problems } = decode(awsShape, {
    ...least,
    secretsManager: { forceDeleteWithoutRecovery: true, recoveryWindowInDays: 7 },
  });
  assert.ok(value);
  assert.deepEqual(problems, ['note aws.secretsManager: says how PushSecret deletes; this agent only reads']);
});

const refusals: readonly (readonly [string, object, RegExp])[] = [
  ['no service', { region: 'eu-west-1' }, /aws\.service: must be given/],
  [
    'a service of a later version',
    { ...least, service: 'CertificateManager' },
    /aws\.service: CertificateManager comes with a later version/,
  ],
  ['an unknown service', { ...least, service: 'SecretManager' }, /did you mean "SecretsManager"/],
  ['no region', { service: 'SecretsManager' }, /aws\.region: must be given/],
  ['a region that can be none', { ...least, region: 'Ireland' }, /aws\.region: .*such as eu-west-1/],
  ['an availability zone for a region', { ...least, region: 'eu-west-1a' }, /aws\.region/],
  ['an unknown field', { ...least, rol: 'x' }, /aws\.rol: unknown field.*did you mean "role"/],
  [
    'a key reference without key',
    { ...least, auth: { secretRef: { accessKeyIDSecretRef: { name: 'n' } } } },
    /accessKeyIDSecretRef\.key: must be given/,
  ],
  ['auth.jwt without a service account', { ...least, auth: { jwt: {} } }, /auth\.jwt\.serviceAccountRef: must be given/],
  [
    'session tags of ours',
    { ...least, sessionTagsPolicy: 'Custom', customSessionTags: { esoNamespace: 'x' } },
    /customSessionTags: .*esoNamespace/,
  ],
];
for (const [what, value, problem] of refusals) {
  test(`refuses ${what}`, () => {
    const decoded = decode(awsShape, value);
    assert.equal(decoded.value, undefined);
    assert.match(decoded.problems.join('\n'), problem);
  });
}

test('warns of what has no effect as it stands', () => {
  const { value, problems } = decode(awsShape, { ...least, customSessionTags: { a: 'b' }, externalID: 'x' });
  assert.ok(value);
  assert.equal(problems.length, 2);
  assert.ok(problems.every((problem) => problem.startsWith('warning ')));
});

test('every region of the official client has a name that is taken', () => {
  const regions = [
    'af-south-1',
    'ap-southeast-7',
    'ca-west-1',
    'cn-northwest-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
    'il-central-1',
    'me-central-1',
    'mx-central-1',
    'us-gov-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'us-isof-south-1',
  ];
  for (const region of regions) assert.deepEqual(decode(awsShape, { ...least, region }).problems, []);
});

test('the schema says what is required and allowed', () => {
  const { schema } = awsShape;
  assert.deepEqual(schema['required'], ['service', 'region']);
  const { service } = Object(schema['properties']);
  assert.deepEqual(service.enum, ['SecretsManager', 'ParameterStore']);
});

test('plan counts the calls of a refresh, without a network', () => {
  const identity = { namespace: 'default', annotations: {} };
  const refs = (count: number) => Array.from({ length: count }, (_, index) => ref(`k${index}`));
  const secrets = awsConfig('SecretsManager');
  const { calls, place } = aws.plan(awsStore(secrets), secrets, identity);
  assert.equal(place, 'AWS Secrets Manager in eu-west-1');
  assert.equal(calls(refs(3), []), 3);
  assert.equal(calls([...refs(3), ...refs(3)], []), 3);
  assert.equal(calls(refs(1000), []), 50);
  assert.equal(
    calls(
      [
        { kind: 'value', key: 'a', version: 'uuid/1' },
        { kind: 'metadata', key: 'a', version: '' },
      ],
      [],
    ),
    2,
  );
  assert.equal(calls([], [{ name: compileRegexp('a') }, { name: compileRegexp('a'), path: 'p' }]), 3);
  const parameters = awsConfig('ParameterStore');
  const plan = aws.plan(awsStore(parameters), parameters, identity);
  assert.equal(plan.calls(refs(25), []), 3);
  assert.equal(plan.calls([], [{ name: compileRegexp('a') }, { tags: { a: 'b' } }]), 3);
});

test('plan says who reads', () => {
  const roles = { role: 'arn:aws:iam::1:role/last', additionalRoles: ['arn:aws:iam::1:role/first'] };
  const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/irsa' };
  const who = (config: Parameters<typeof awsConfig>[1], hints = {}) => {
    const whole = awsConfig('SecretsManager', config);
    return aws.plan(awsStore(whole), whole, { namespace: 'default', annotations: {}, ...hints }).identity;
  };
  assert.equal(who({}), "the pod's own AWS identity (web identity, EKS Pod Identity or environment)");
  assert.equal(
    who(roles, { annotations }),
    'role arn:aws:iam::1:role/irsa by web identity, then role arn:aws:iam::1:role/first, then role arn:aws:iam::1:role/last',
  );
  const key = { name: 'aws-keys', key: 'k' };
  assert.equal(who({ auth: { kind: 'secretRef', accessKeyID: key, secretAccessKey: key } }), 'the access key in Secret aws-keys');
});
