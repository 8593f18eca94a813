import {
  DescribeParametersCommand,
  type DescribeParametersCommandOutput,
  GetParameterCommand,
  type GetParameterCommandOutput,
  GetParametersByPathCommand,
  type GetParametersByPathCommandOutput,
  GetParametersCommand,
  type GetParametersCommandOutput,
  ListTagsForResourceCommand,
  type ListTagsForResourceCommandOutput,
  type ParameterStringFilter,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { awsCredentials } from '../../auth/aws/credentials.ts';
import type { Request } from '../../clients/aws/attempt.ts';
import { awsCaller, type Round } from '../../clients/aws/caller.ts';
import { awsClientOptions } from '../../clients/aws/client-options.ts';
import type { Effects } from '../../core/effects.ts';
import type { Store } from '../../core/spec.ts';
import type { AwsConfig } from './config.ts';

/** The calls of SSM Parameter Store that we use, always decrypting. Each throws AgentErrors. */
export interface ParameterApi {
  readonly value: (name: string, round: Round) => Promise<GetParameterCommandOutput>;
  /** At most 10 different names. */
  readonly values: (names: readonly string[], round: Round) => Promise<GetParametersCommandOutput>;
  readonly valuesBelow: (path: string, token: string | undefined, round: Round) => Promise<GetParametersByPathCommandOutput>;
  readonly describe: (
    filters: readonly ParameterStringFilter[],
    token: string | undefined,
    round: Round,
  ) => Promise<DescribeParametersCommandOutput>;
  readonly tags: (name: string, round: Round) => Promise<ListTagsForResourceCommandOutput>;
  readonly close: () => void;
}

export const parameterStoreName = 'AWS Parameter Store';

export async function openParameterApi(store: Store, config: AwsConfig, effects: Effects): Promise<ParameterApi> {
  const session = awsCredentials(store, config, effects);
  const options = await awsClientOptions('ssm', config.region, effects.env);
  // `memoized` tells the client that the session caches by itself; otherwise it would keep credentials past a forced refresh.
  const credentials = Object.assign(() => session.credentials(), { memoized: true as const });
  const client = new SSMClient({ ...options, credentials });
  // An account has 40 reads a second: few at once leave some to others.
  const caller = awsCaller({ store, service: parameterStoreName, effects, refresh: session.refresh, atOnce: 4 });
  return {
    value: (Name, round) =>
      call(
        'GetParameter',
        Name,
        (abortSignal) => client.send(new GetParameterCommand({ Name, WithDecryption: true }), { abortSignal }),
        round,
      ),
    values: (names, round) => {
      const command = new GetParametersCommand({ Names: [...names], WithDecryption: true });
      const subject = names.length === 1 ? (names[0] ?? '') : `${names.length} parameters`;
      return caller.call(
        { operation: 'GetParameters', subject, send: (abortSignal) => client.send(command, { abortSignal }) },
        round,
      );
    },
    valuesBelow: (Path, NextToken, round) => {
      const command = new GetParametersByPathCommand({ Path, NextToken, Recursive: true, WithDecryption: true, MaxResults: 10 });
      return call('GetParametersByPath', Path, (abortSignal) => client.send(command, { abortSignal }), round);
    },
    describe: (filters, NextToken, round) => {
      const command = new DescribeParametersCommand({ ParameterFilters: [...filters], NextToken, MaxResults: 50 });
      return call('DescribeParameters', '', (abortSignal) => client.send(command, { abortSignal }), round);
    },
    tags: (ResourceId, round) => {
      const command = new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId });
      return call('ListTagsForResource', ResourceId, (abortSignal) => client.send(command, { abortSignal }), round);
    },
    close: () => client.destroy(),
  };

  function call<T>(operation: string, subject: string, send: Request<T>['send'], round: Round): Promise<T> {
    return caller.call({ operation, subject, send }, round);
  }
}
