import type { Clock } from '../../agent/core/clock.ts';
import type { Effects, StoreRequest } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { RetrySettings, Store } from '../../agent/core/spec.ts';
import { aws } from '../../agent/providers/aws/aws.ts';
import type { AwsConfig } from '../../agent/providers/aws/config.ts';
import type { Provider } from '../../agent/providers/provider.ts';

/** What a provider did to the world, and a clock whose sleeps take no time. */
export interface AwsWorld {
  readonly effects: Effects;
  readonly requests: readonly StoreRequest[];
  /** Every wait that was asked for, in ms; those of 0 or less left out. */
  readonly sleeps: readonly number[];
}

export function awsWorld(env: Readonly<Record<string, string>>, clock: Partial<Clock> = {}): AwsWorld {
  const requests: StoreRequest[] = [];
  const sleeps: number[] = [];
  const none = (): void => {};
  const effects: Effects = {
    clock: {
      now: Date.now,
      random: () => 0.5,
      sleep: async (ms) => {
        if (ms > 0) sleeps.push(ms);
      },
      ...clock,
    },
    log: { debug: none, info: none, warn: none, error: none },
    env,
    identity: { namespace: 'default', annotations: {} },
    credential: async ({ name, key }) => SecretValue.ofText(`${name}-${key}`),
    configMap: async () => new Uint8Array(),
    tokenFile: async () => undefined,
    allowNodeCredentials: false,
    sessionName: 'default-app',
    onRequest: (request) => requests.push(request),
  };
  return { effects, requests, sleeps };
}

export function awsConfig(service: AwsConfig['service'], config: Partial<AwsConfig> = {}): AwsConfig {
  return {
    service,
    region: 'eu-west-1',
    prefix: '',
    additionalRoles: [],
    sessionTags: [],
    transitiveTagKeys: [],
    sessionTagsPolicy: 'None',
    customSessionTags: {},
    auth: { kind: 'default' },
    ...config,
  };
}

export function awsStore(config: AwsConfig, retry?: RetrySettings): Store {
  return {
    id: 'SecretStore/aws',
    kind: 'SecretStore',
    name: 'aws',
    annotations: {},
    provider: 'aws',
    config,
    dialect: aws.dialect(config),
    digest: '',
    documentsDigest: '',
    ...(retry ? { retry } : {}),
  };
}

/** An opened provider as the agent would have it. */
export function openAws(config: AwsConfig, effects: Effects, retry?: RetrySettings): Promise<Provider> {
  return aws.open(awsStore(config, retry), config, effects);
}
