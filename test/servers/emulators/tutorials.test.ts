import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { keytide, type Place, place } from '../../e2e/keytide-process.ts';
import { projectedToken } from '../projected-token.ts';

const endpoint = process.env['MOTO_URL'] ?? '';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const env = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const secrets = new SecretsManagerClient({ region: 'eu-west-1', endpoint, credentials });
const parameters = new SSMClient({ region: 'eu-west-1', endpoint, credentials });
let here: Place;

/** The manifests of three tutorials, as their readers have them: nothing in them knows of Keytide. */
describe('manifests of tutorials run unchanged', () => {
  beforeEach(async () => {
    await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  });
  before(async () => {
    here = await place();
  });
  after(() => {
    here.remove();
    secrets.destroy();
    parameters.destroy();
  });

  it('a SecretStore with a serviceAccountRef and a namespace, and a property of a JSON secret', async () => {
    await secrets.send(
      new CreateSecretCommand({ Name: 'prod/app/db', SecretString: '{"username":"admin","password":"s3cr3t/<&>","port":5432}' }),
    );
    here.write('tutorial.yaml', irsaTutorial);
    // The tutorial's IRSA needs a token and a role: the pod has both.
    here.write('identity.yaml', serviceAccount);
    here.writeToken(projectedToken('demo', 'my-app'));
    const process = keytide(['init', ...here.flags, '--namespace', 'demo'], { AWS_ENDPOINT_URL: endpoint });
    assert.equal(await process.ended, 0, process.stderr());
    assert.deepEqual(filesOf('db-secret'), { DB_PASSWORD: 's3cr3t/<&>', DB_USER: 'admin' });
  });

  it('a ClusterSecretStore without auth, as for Pod Identity, and an extract', async () => {
    await secrets.send(
      new CreateSecretCommand({
        Name: 'my-app/config',
        SecretString: '{"API_KEY":"abc=","LEVEL":3,"NESTED":{"a": [1, 2]},"OFF":null}',
      }),
    );
    here.write('tutorial.yaml', podIdentityTutorial);
    const process = keytide(['init', ...here.flags, '--namespace', 'demo'], env);
    assert.equal(await process.ended, 0, process.stderr());
    assert.deepEqual(filesOf('app-config'), { API_KEY: 'abc=', LEVEL: '3', NESTED: '{"a": [1, 2]}', OFF: '' });
  });

  it('ParameterStore with find.path and name.regexp', async () => {
    for (const [name, Value] of Object.entries({
      '/demo/app/DB_HOST': 'db.internal',
      '/demo/app/nested/KEY': 'v',
      '/other/X': 'no',
    })) {
      await parameters.send(new PutParameterCommand({ Name: name, Value, Type: 'SecureString' }));
    }
    here.write('tutorial.yaml', parameterTutorial);
    const process = keytide(['init', ...here.flags, '--namespace', 'demo'], env);
    assert.equal(await process.ended, 0, process.stderr());
    assert.deepEqual(filesOf('ssm-params'), { _demo_app_DB_HOST: 'db.internal', _demo_app_nested_KEY: 'v' });
  });

  it('a thousand secrets of one manifest', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `many/${index}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names.slice(at, at + 50).map((Name) => secrets.send(new CreateSecretCommand({ Name, SecretString: Name }))),
      );
    }
    const data = names.map((key, index) => `    - { secretKey: k${index}, remoteRef: { key: ${key} } }`).join('\n');
    here.write(
      'tutorial.yaml',
      `${store}---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: many }\nspec:\n  secretStoreRef: { name: aws }\n  data:\n${data}\n`,
    );
    const process = keytide(['init', ...here.flags, '--namespace', 'demo'], env);
    assert.equal(await process.ended, 0, process.stderr());
    const files = filesOf('many');
    assert.equal(Object.keys(files).length, 1000);
    assert.equal(files['k999'], 'many/999');
  });
});

function filesOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(here.root, directory)).filter((name) => !name.startsWith('..'));
  return Object.fromEntries(names.sort().map((name) => [name, here.read(`${directory}/${name}`)]));
}

const serviceAccount = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: my-app
  namespace: demo
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/my-app
`;

const irsaTutorial = `apiVersion: external-secrets.io/v1beta1
kind: SecretStore
metadata:
  name: aws-secretsmanager
  namespace: demo
spec:
  provider:
    aws:
      service: SecretsManager
      region: eu-west-1
      auth:
        jwt:
          serviceAccountRef:
            name: my-app
            namespace: demo
---
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata:
  name: db-credentials
  namespace: demo
spec:
  refreshInterval: 1h
  secretStoreRef:
    name: aws-secretsmanager
    kind: SecretStore
  target:
    name: db-secret
    creationPolicy: Owner
    deletionPolicy: Retain
  data:
    - secretKey: DB_USER
      remoteRef:
        key: prod/app/db
        property: username
    - secretKey: DB_PASSWORD
      remoteRef:
        key: prod/app/db
        property: password
`;

const podIdentityTutorial = `apiVersion: external-secrets.io/v1beta1
kind: ClusterSecretStore
metadata:
  name: aws-cluster-store
spec:
  provider:
    aws:
      service: SecretsManager
      region: eu-west-1
---
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata:
  name: app-config
spec:
  refreshInterval: 15m
  secretStoreRef:
    name: aws-cluster-store
    kind: ClusterSecretStore
  target:
    name: app-config
    creationPolicy: Owner
  dataFrom:
    - extract:
        key: my-app/config
`;

const parameterTutorial = `apiVersion: external-secrets.io/v1beta1
kind: SecretStore
metadata:
  name: ssm
spec:
  provider:
    aws:
      service: ParameterStore
      region: eu-west-1
---
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata:
  name: ssm-params
spec:
  refreshInterval: 1m
  secretStoreRef:
    name: ssm
    kind: SecretStore
  target:
    name: ssm-params
    creationPolicy: Owner
    deletionPolicy: Retain
  dataFrom:
    - find:
        path: /demo/app
        name:
          regexp: ".*"
`;

const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: aws }
spec: { provider: { aws: { service: SecretsManager, region: eu-west-1 } } }
`;
