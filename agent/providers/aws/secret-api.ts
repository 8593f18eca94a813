import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  type BatchGetSecretValueCommandOutput,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  type Filter,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  ListSecretsCommand,
  type ListSecretsCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { awsCredentials } from '../../auth/aws/credentials.ts';
import type { Request } from '../../clients/aws/attempt.ts';
import { awsCaller, type Round } from '../../clients/aws/caller.ts';
import { awsClientOptions } from '../../clients/aws/client-options.ts';
import type { Effects } from '../../core/effects.ts';
import type { Store } from '../../core/spec.ts';
import type { AwsConfig } from './config.ts';
import type { SecretVersion } from './requests.ts';

/** The calls of Secrets Manager that we use. Each throws AgentErrors. */
export interface SecretApi {
  readonly value: (version: SecretVersion, round: Round) => Promise<GetSecretValueCommandOutput>;
  /** At most 20 ids. Its own failure is no verdict on the store: single reads come after it. */
  readonly values: (ids: readonly string[], round: Round) => Promise<BatchGetSecretValueCommandOutput>;
  readonly valuesBy: (
    filters: readonly Filter[],
    token: string | undefined,
    round: Round,
  ) => Promise<BatchGetSecretValueCommandOutput>;
  readonly describe: (id: string, round: Round) => Promise<DescribeSecretCommandOutput>;
  readonly list: (filters: readonly Filter[], token: string | undefined, round: Round) => Promise<ListSecretsCommandOutput>;
  readonly close: () => void;
}

export const secretsManagerName = 'AWS Secrets Manager';

export async function openSecretApi(store: Store, config: AwsConfig, effects: Effects): Promise<SecretApi> {
  const session = awsCredentials(store, config, effects);
  const options = await awsClientOptions('secretsmanager', config.region, effects.env);
  // `memoized` tells the client that the session caches by itself; otherwise it would keep credentials past a forced refresh.
  const credentials = Object.assign(() => session.credentials(), { memoized: true as const });
  const client = new SecretsManagerClient({ ...options, credentials });
  const caller = awsCaller({ store, service: secretsManagerName, effects, refresh: session.refresh, atOnce: 10 });
  return {
    value: ({ id, selector }, round) =>
      caller.call(
        {
          operation: 'GetSecretValue',
          subject: subjectOf(id, selector),
          send: (abortSignal) => client.send(new GetSecretValueCommand({ SecretId: id, ...selector }), { abortSignal }),
        },
        round,
      ),
    values: (ids, round) =>
      caller.call({ ...batch({ SecretIdList: [...ids] }, `${ids.length} secrets`), failure: 'alone' }, round),
    valuesBy: (filters, NextToken, round) => caller.call(batch({ Filters: [...filters], NextToken }, ''), round),
    describe: (id, round) =>
      caller.call(
        {
          operation: 'DescribeSecret',
          subject: id,
          send: (abortSignal) => client.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }),
        },
        round,
      ),
    list: (filters, NextToken, round) =>
      caller.call(
        {
          operation: 'ListSecrets',
          subject: '',
          send: (abortSignal) =>
            client.send(new ListSecretsCommand({ Filters: [...filters], NextToken, MaxResults: 100 }), { abortSignal }),
        },
        round,
      ),
    close: () => client.destroy(),
  };

  function batch(input: BatchGetSecretValueCommandInput, subject: string): Request<BatchGetSecretValueCommandOutput> {
    const send = (abortSignal: AbortSignal): Promise<BatchGetSecretValueCommandOutput> =>
      client.send(new BatchGetSecretValueCommand(input), { abortSignal });
    return { operation: 'BatchGetSecretValue', subject, send };
  }
}

/** The secret, and its version where that isn't the current one. */
function subjectOf(id: string, selector: SecretVersion['selector']): string {
  const version = 'VersionId' in selector ? selector.VersionId : selector.VersionStage;
  return version === 'AWSCURRENT' ? id : `${id} at version ${version}`;
}
