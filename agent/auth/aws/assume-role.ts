import { awsClientOptions } from '../../clients/aws/client-options.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { Issued } from '../session.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import { type AwsWorld, reported } from './exchange-report.ts';
import { networkFailure, serverWords } from './identity-error.ts';
import { patiently, stsPatience } from './patience.ts';
import { sessionNameOf } from './session-name.ts';
import { stsEndpoint } from './sts-endpoint.ts';
import { type StsError, stsCode, stsErrorKind } from './sts-error.ts';

/** One step of a role chain. */
export interface RoleStep {
  readonly role: string;
  readonly region: string;
  readonly externalID?: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys: readonly string[];
}

/**
 * AssumeRole with the official client, which signs; loaded only for stores that name a role. `source` has what signs now, and `renewed`
 * what a login anew gives, for when STS calls the former stale. Throws IDENTITY_REFUSED, IDENTITY_UNAVAILABLE, and what they throw.
 */
export async function loginByRole(
  step: RoleStep,
  source: { readonly current: () => Promise<AwsCredentialIdentity>; readonly renewed: () => Promise<AwsCredentialIdentity> },
  world: AwsWorld,
): Promise<Issued<AwsCredentialIdentity>> {
  const first = await asked(step, await source.current(), world);
  if (!('code' in first)) return first;
  const second = await asked(step, await source.renewed(), world);
  if (!('code' in second)) return second;
  throw refusal(step, second, []);
}

type Result = Issued<AwsCredentialIdentity> | StsError;

/** A session, or an error of STS that newer keys may change; anything else is thrown. */
function asked(step: RoleStep, keys: AwsCredentialIdentity, world: AwsWorld): Promise<Result> {
  const sent = [keys.secretAccessKey, keys.sessionToken ?? '', step.externalID ?? ''];
  const once = async (): Promise<Result> => {
    const result = await call(step, keys, world);
    if (!('code' in result) || stsErrorKind(result) === 'stale') return result;
    throw refusal(step, result, sent);
  };
  return patiently(() => reported(world, 'AssumeRole', once), stsPatience, world.effects.clock);
}

async function call(step: RoleStep, keys: AwsCredentialIdentity, { effects }: AwsWorld): Promise<Result> {
  const endpoint = stsEndpoint(step.region, effects.env);
  const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const options = await awsClientOptions('sts', step.region, effects.env);
  const client = new STSClient({ ...options, endpoint, credentials: { ...keys } });
  const command = new AssumeRoleCommand({
    RoleArn: step.role,
    RoleSessionName: sessionNameOf(effects.sessionName),
    ...(step.externalID === undefined ? {} : { ExternalId: step.externalID }),
    ...(step.tags.length === 0
      ? {}
      : {
          Tags: step.tags.map(({ key, value }) => ({ Key: key, Value: value })),
          TransitiveTagKeys: [...step.transitiveTagKeys],
        }),
  });
  try {
    const { Credentials } = await client.send(command);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new Error('no credentials in the answer');
    const value = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
    return { value, expiresAt: Expiration.getTime() };
  } catch (error) {
    return stsErrorOf(error) ?? rethrown(new URL(endpoint).host, error);
  } finally {
    client.destroy();
  }
}

/** The official client's errors of STS have `$fault`; a failure of the connection or of reading the answer has not. */
function stsErrorOf(error: unknown): StsError | undefined {
  if (!(error instanceof Error) || !('$fault' in error)) return undefined;
  const { httpStatusCode } = Object('$metadata' in error ? error.$metadata : {});
  return { code: stsCode(error.name), message: error.message, status: Number(httpStatusCode ?? 0) };
}

/** The cause stays out: it may hold the answer, and the answer may hold keys. */
function rethrown(host: string, error: unknown): never {
  throw networkFailure('STS', host, error);
}

function refusal({ role, externalID, tags }: RoleStep, error: StsError, sent: readonly string[]): AgentError {
  const said = [error.code, serverWords(error.message, sent)].filter(Boolean).join(': ');
  const kind = stsErrorKind(error);
  if (kind === 'transient' || kind === 'throttled') {
    const serverCode = kind === 'throttled' ? 'Throttling' : error.code;
    return new AgentError('IDENTITY_UNAVAILABLE', `STS can't answer for role ${role} now (${said})`, { serverCode });
  }
  const needs = [
    'the caller as principal',
    ...(externalID === undefined ? [] : ['the external id of the manifest (sts:ExternalId)']),
    ...(tags.length === 0 ? [] : ['sts:TagSession for the session tags']),
  ];
  return new AgentError('IDENTITY_REFUSED', `STS refused to assume role ${role} (${said})`, {
    serverCode: error.code,
    hint: `Let the trust policy of ${role} take ${needs.join(' and ')}, and the caller's own policy allow sts:AssumeRole on it.`,
  });
}
