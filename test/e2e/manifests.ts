/** A fake store whose data is in a watched file. */
export function fakeStore(dataFile: string, name = 'store'): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: ${name}, annotations: { keytide.dev/fake-data-file: ${dataFile} } }
spec: { provider: { fake: { data: [] } } }
`;
}

export interface SecretOptions {
  readonly interval?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly store?: string;
  readonly target?: string;
}

/** An ExternalSecret: secretKey -> remote key. */
export function externalSecret(name: string, keys: Readonly<Record<string, string>>, options: SecretOptions = {}): string {
  const { interval = '1h', annotations = {}, store = 'store', target = '{}' } = options;
  const data = Object.entries(keys).map(([secretKey, key]) => ({ secretKey, remoteRef: { key } }));
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: ${JSON.stringify({ name, annotations })}
spec:
  refreshInterval: ${interval}
  secretStoreRef: { name: ${store} }
  target: ${target}
  data: ${JSON.stringify(data)}
`;
}

export function fakeData(values: Readonly<Record<string, string>>): string {
  return JSON.stringify({ data: Object.entries(values).map(([key, value]) => ({ key, value })) });
}

export function awsStore(): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { aws: { service: SecretsManager, region: eu-west-1 } } }
`;
}

/** Documents in one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n');
}
