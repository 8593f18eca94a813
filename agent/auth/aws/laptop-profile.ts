import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { Issued } from '../session.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import { serverWords } from './identity-error.ts';

type Environment = Effects['env'];

/** AWS's shared files, for a developer's laptop: static keys, SSO, `credential_process`, roles. */
export interface SharedFiles {
  readonly credentials: string;
  readonly config: string;
  readonly profile: string | undefined;
}

/** Which shared files to read, if a profile is named or there are any. */
export async function sharedFiles(env: Environment): Promise<SharedFiles | undefined> {
  const home = env['HOME'] || env['USERPROFILE'] || '/';
  const credentials = env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials');
  const config = env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config');
  const profile = env['AWS_PROFILE'] || undefined;
  const found = await Promise.all(
    [credentials, config].map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return profile !== undefined || found.includes(true) ? { credentials, config, profile } : undefined;
}

/** With the official package, which knows all that a profile may say. Throws IDENTITY_REFUSED. */
export async function loginByProfile(
  { credentials, config, profile }: SharedFiles,
  region: string,
): Promise<Issued<AwsCredentialIdentity>> {
  const { fromIni } = await import('@aws-sdk/credential-providers');
  const provide = fromIni({
    ...{ filepath: credentials, configFilepath: config, ignoreCache: true, clientConfig: { region } },
    ...(profile === undefined ? {} : { profile }),
  });
  return issuedBy(provide, `profile ${profile ?? 'default'} of ${config} and ${credentials}`);
}

/** The role of the node, through its metadata service: only with --allow-node-credentials. Throws IDENTITY_REFUSED. */
export async function loginByNode(): Promise<Issued<AwsCredentialIdentity>> {
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers');
  return issuedBy(fromInstanceMetadata({ timeout: 1_000, maxRetries: 2 }), "the node's instance metadata");
}

type Provide = () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date }>;

async function issuedBy(provide: Provide, origin: string): Promise<Issued<AwsCredentialIdentity>> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide();
    const end = expiration === undefined ? {} : { expiration };
    const value = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }), ...end };
    return { value, ...(expiration === undefined ? {} : { expiresAt: expiration.getTime() }) };
  } catch (error) {
    const said = error instanceof Error ? serverWords(error.message, []) : 'unknown failure';
    throw new AgentError('IDENTITY_REFUSED', `No AWS credentials from ${origin} (${said})`, {
      hint: 'Log in with `aws sso login`, or choose another profile with AWS_PROFILE.',
    });
  }
}
