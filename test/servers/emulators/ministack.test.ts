import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AgentError } from '../../../agent/core/agent-error.ts';
import type { AwsConfig } from '../../../agent/providers/aws/config.ts';
import { classOf, ref, textOf } from '../../contract/provider-contract.ts';
import { effectsForTests } from '../../contract/provider-effects.ts';
import { awsConfig, openAws } from '../../providers/aws-world.ts';
import { projectedToken } from '../projected-token.ts';

const endpoint = process.env['MINISTACK_URL'] ?? '';
const account = '123456789012';
const root = { region: 'eu-west-1', endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const [iam, secrets] = [new IAMClient(root), new SecretsManagerClient(root)];
const work = mkdtempSync(join(tmpdir(), 'keytide-ministack-'));
let userKeys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

/** Identity and permission, at an emulator that checks signatures, policies and trust. */
describe('identities at an AWS that checks them', () => {
  before(async () => {
    await fetch(`${endpoint}/_ministack/reset`, { method: 'POST' });
    const arns: string[] = [];
    for (const Name of ['allowed', 'b', 'c', 'd', 'e'])
      arns.push((await secrets.send(new CreateSecretCommand({ Name, SecretString: `value of ${Name}` }))).ARN ?? '');
    const onlyFirst = policy([{ actions: ['secretsmanager:GetSecretValue'], resource: arns[0] ?? '' }]);
    const batches = policy([
      { actions: ['secretsmanager:BatchGetSecretValue'], resource: '*' },
      { actions: ['secretsmanager:GetSecretValue'], resource: arns[0] ?? '' },
    ]);
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://issuer.test',
        ClientIDList: ['sts.amazonaws.com'],
        ThumbprintList: ['0'.repeat(40)],
      }),
    );
    await role('app', trustOf('system:serviceaccount:shop:app'), onlyFirst);
    await role(
      'far',
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'our-id' } },
      },
      onlyFirst,
    );
    await iam.send(new CreateUserCommand({ UserName: 'batcher' }));
    const all = policy([{ actions: ['sts:AssumeRole'], resource: '*' }], batches);
    await iam.send(new PutUserPolicyCommand({ UserName: 'batcher', PolicyName: 'p', PolicyDocument: all }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'batcher' }));
    userKeys = { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '' };
  });
  after(() => {
    rmSync(work, { recursive: true });
    iam.destroy();
    secrets.destroy();
  });

  it('a token of the trusted service account is let in, and reads what the role may read', async () => {
    const answers = await read(webIdentity('shop', 'app'), ['allowed', 'b']);
    assert.equal(textOf(answers[0]), 'value of allowed');
    assert.equal(classOf(answers[1]), 'denied');
  });

  it('a token of another service account is refused, with the role, the subject and what to compare', async () => {
    const refused = await refusalOf(webIdentity('shop', 'other'));
    assert.equal(refused.code, 'IDENTITY_REFUSED');
    assert.match(refused.message, /role\/app/);
    assert.match(`${refused.message} ${refused.hint}`, /system:serviceaccount:shop:other/);
  });

  it('a token for another audience is refused', async () => {
    const refused = await refusalOf(webIdentity('shop', 'app', 'vault'));
    assert.equal(refused.code, 'IDENTITY_REFUSED');
    assert.match(`${refused.message} ${refused.hint}`, /audience vault/);
  });

  it('a batch tells each denied secret by itself, and finds the others', async () => {
    const answers = await read(userKeys, ['allowed', 'b', 'c', 'd', 'e']);
    assert.equal(textOf(answers[0]), 'value of allowed');
    assert.deepEqual(answers.slice(1).map(classOf), ['denied', 'denied', 'denied', 'denied']);
  });

  it('a wrong secret key is an identity that is refused, not a missing secret', async () => {
    const refused = await refusalOf({ ...userKeys, AWS_SECRET_ACCESS_KEY: 'wrong' });
    assert.equal(refused.code, 'IDENTITY_REFUSED');
  });

  it('a role that asks for an external id is taken on with it, and refused without', async () => {
    const far = `arn:aws:iam::${account}:role/far`;
    const [answer] = await read(userKeys, ['allowed'], { role: far, externalID: 'our-id' });
    assert.equal(textOf(answer), 'value of allowed');
    assert.equal((await refusalOf(userKeys, { role: far })).code, 'IDENTITY_REFUSED');
  });
});

interface Statement {
  readonly actions: readonly string[];
  readonly resource: string;
}

function policy(statements: readonly Statement[], more?: string): string {
  const others: unknown[] = more ? JSON.parse(more).Statement : [];
  const mine = statements.map(({ actions, resource }) => ({ Effect: 'Allow', Action: actions, Resource: resource }));
  return JSON.stringify({ Version: '2012-10-17', Statement: [...mine, ...others] });
}

async function role(RoleName: string, trust: object, PolicyDocument: string): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
}

function trustOf(subject: string): object {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/issuer.test` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'issuer.test:sub': subject, 'issuer.test:aud': 'sts.amazonaws.com' } },
  };
}

/** The emulator compares `aud` only where it is one text; a kubelet's is a list. */
function webIdentity(
  namespace: string,
  serviceAccount: string,
  audience = 'sts.amazonaws.com',
): Readonly<Record<string, string>> {
  const path = join(work, `${namespace}-${serviceAccount}`);
  writeFileSync(path, projectedToken(namespace, serviceAccount, audience));
  return { AWS_ROLE_ARN: `arn:aws:iam::${account}:role/app`, AWS_WEB_IDENTITY_TOKEN_FILE: path };
}

async function read(env: Readonly<Record<string, string>>, keys: readonly string[], config: Partial<AwsConfig> = {}) {
  const provider = await openAws(
    awsConfig('SecretsManager', config),
    effectsForTests({ env: { ...env, AWS_ENDPOINT_URL: endpoint } }),
  );
  try {
    const refs = keys.map(ref);
    const answers = await provider.read(refs, new Map(), AbortSignal.timeout(30_000));
    return refs.map((each) => answers.get(each));
  } finally {
    await provider.close?.();
  }
}

async function refusalOf(env: Readonly<Record<string, string>>, config: Partial<AwsConfig> = {}): Promise<AgentError> {
  try {
    const [answer] = await read(env, ['allowed'], config);
    if (answer?.kind === 'failed') return answer.error;
  } catch (error) {
    if (error instanceof AgentError) return error;
  }
  throw new Error('it was not refused');
}
