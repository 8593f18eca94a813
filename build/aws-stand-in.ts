import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers the calls of build/code-cache.ts as AWS would, so that the code for answers is compiled as well. Checks nothing. */
export interface AwsStandIn {
  readonly url: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly close: () => void;
}

export async function awsStandIn(): Promise<AwsStandIn> {
  const server = createServer(async (request, response) => {
    const { type, body } = answer(String(request.headers['x-amz-target'] ?? ''), await textOf(request));
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A server that listens on TCP has such an address.
  const keys = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };
  return { url: `http://127.0.0.1:${port}`, keys, close: () => server.close() };
}

/** A projected token that no cluster issued: header and claims are read, the signature by nobody. */
export const neverIssuedToken = [
  { alg: 'RS256', kid: 'none' },
  {
    aud: ['sts.amazonaws.com'],
    exp: 4_102_444_800,
    iat: 1_767_225_600,
    iss: 'https://issuer.invalid',
    'kubernetes.io': {
      namespace: 'default',
      pod: { name: 'app-0', uid: '00000000-0000-4000-8000-000000000000' },
      serviceaccount: { name: 'app' },
    },
    sub: 'system:serviceaccount:default:app',
  },
  'no signature',
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

function answer(target: string, question: string): { readonly type: string; readonly body: string } {
  const json = (value: unknown) => ({ type: 'application/x-amz-json-1.1', body: JSON.stringify(value) });
  const asked: { SecretId?: string; SecretIdList?: readonly string[]; Names?: readonly string[]; Name?: string } = target
    ? JSON.parse(question)
    : {};
  switch (target.split('.').at(-1)) {
    case 'GetSecretValue':
      return json(secret(asked.SecretId ?? ''));
    case 'BatchGetSecretValue':
      return json({ SecretValues: (asked.SecretIdList ?? []).map(secret), Errors: [] });
    case 'GetParameters':
      return json({ Parameters: (asked.Names ?? []).map(parameter), InvalidParameters: [] });
    case 'GetParameter':
      return json({ Parameter: parameter(asked.Name ?? '') });
    default:
      return { type: 'text/xml', body: session };
  }
}

const value = '{"username":"app","password":"none"}';

function secret(name: string): object {
  const ARN = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
  return {
    ARN,
    Name: name,
    SecretString: value,
    VersionId: '00000000-0000-4000-8000-000000000000',
    VersionStages: ['AWSCURRENT'],
    CreatedDate: 1_767_225_600,
  };
}

function parameter(name: string): object {
  return {
    ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter${name}`,
    Name: name,
    Type: 'SecureString',
    Value: value,
    Version: 1,
    DataType: 'text',
  };
}

const session = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<SubjectFromWebIdentityToken>app</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience><Provider>none</Provider>
<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/app/app</Arn><AssumedRoleId>AROANONE:app</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIANONE</AccessKeyId><SecretAccessKey>none</SecretAccessKey><SessionToken>none</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>none</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
