import { AgentError } from '../../core/agent-error.ts';
import type { Issued } from '../session.ts';
import { containerEndpoint } from './container-endpoint.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import type { AwsIdentityConfig } from './credentials.ts';
import { type AwsWorld, reported } from './exchange-report.ts';
import { loginByNode, loginByProfile, sharedFiles } from './laptop-profile.ts';
import { loginByPodIdentity } from './pod-identity.ts';
import { environmentKeys, mountedKeys } from './static-keys.ts';
import { loginByWebIdentity } from './web-identity.ts';

type BaseConfig = Pick<AwsIdentityConfig, 'auth' | 'region'>;
type Keys = Issued<AwsCredentialIdentity>;

/** The pod's own credentials, before any role is assumed on top (eso.md 2.3: auth.jwt, auth.secretRef, else the default chain). */
export async function baseLogin({ auth, region }: BaseConfig, world: AwsWorld): Promise<Keys> {
  switch (auth.kind) {
    case 'secretRef':
      return { value: await mountedKeys(auth, world.effects) };
    case 'jwt':
      return loginByServiceAccount(auth.serviceAccountRef.audiences, region, world);
    case 'default':
      return loginByDefault(region, world);
  }
}

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';

/** auth.jwt: the role of the ServiceAccount document, else the one that EKS's webhook put into the environment. */
async function loginByServiceAccount(audiences: readonly string[], region: string, world: AwsWorld): Promise<Keys> {
  const { env, identity } = world.effects;
  const role = identity.annotations[roleAnnotation] || env['AWS_ROLE_ARN'];
  if (!role) throw noRole(`${world.store} asks for a role by service account (auth.jwt)`);
  const wanted = [audienceOf(world), ...audiences];
  const tokenPath = await webIdentityToken(wanted, world);
  if (tokenPath === undefined) throw noToken(role, wanted);
  return loginByWebIdentity({ role, region, tokenPath }, world);
}

/** In the order of AWS's clients, but for the node's own role, which must be allowed: it silently widens what the pod may do. */
async function loginByDefault(region: string, world: AwsWorld): Promise<Keys> {
  const { env, identity, allowNodeCredentials } = world.effects;
  if (env['AWS_PROFILE']) {
    const files = await sharedFiles(env);
    if (files) return loginByProfile(files, region);
  }
  const keys = environmentKeys(env);
  if (keys) return { value: keys };
  const role = env['AWS_ROLE_ARN'] || identity.annotations[roleAnnotation];
  const tokenPath = role ? await webIdentityToken([audienceOf(world)], world) : undefined;
  const container = containerEndpoint(env);
  if (role && tokenPath !== undefined) {
    if (container)
      world.effects.log.info({ store: world.store, role }, 'IRSA and EKS Pod Identity are both set up; IRSA is used');
    return loginByWebIdentity({ role, region, tokenPath }, world);
  }
  if (container) return loginByPodIdentity(container, world);
  const files = await sharedFiles(env);
  if (files) return loginByProfile(files, region);
  if (allowNodeCredentials) return reported(world, 'InstanceMetadata', loginByNode);
  if (role) throw noToken(role, [audienceOf(world)]);
  throw await noIdentity(world);
}

function audienceOf({ effects }: AwsWorld): string {
  return effects.identity.annotations[audienceAnnotation] || 'sts.amazonaws.com';
}

/** The token for the first audience that there is one for, else the file that the environment names, whatever it is for. */
async function webIdentityToken(audiences: readonly string[], { effects }: AwsWorld): Promise<string | undefined> {
  for (const audience of audiences) {
    const path = await effects.tokenFile(audience);
    if (path !== undefined) return path;
  }
  return effects.env['AWS_WEB_IDENTITY_TOKEN_FILE'] || undefined;
}

function noRole(whoWants: string): AgentError {
  return new AgentError(
    'IDENTITY_REFUSED',
    `${whoWants}, but AWS_ROLE_ARN is not set and the spec has no ServiceAccount document with the annotation ${roleAnnotation}`,
    {
      hint:
        `Annotate the service account with ${roleAnnotation} and recreate the pod: EKS's webhook sets AWS_ROLE_ARN only when a pod is made, and lets ` +
        'it through without a word when it does not know the annotation yet. Or add the ServiceAccount document to the spec.',
    },
  );
}

function noToken(role: string, audiences: readonly string[]): AgentError {
  const wanted = [...new Set(audiences)].join(' or ');
  return new AgentError('TOKEN_UNREADABLE', `There is no token for the audience ${wanted} to assume ${role} with`, {
    hint: `Mount a projected serviceAccountToken volume with audience: ${audiences[0]} in the agent's container, below --tokens.`,
  });
}

async function noIdentity(world: AwsWorld): Promise<AgentError> {
  const token = await webIdentityToken([audienceOf(world)], world);
  if (token !== undefined) return noRole(`A token for AWS is mounted (${token})`);
  return new AgentError(
    'IDENTITY_REFUSED',
    `${world.store} names no credentials and this pod has no AWS identity: neither IRSA (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE) nor ` +
      'EKS Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI) nor keys in the environment',
    {
      hint:
        'Annotate the service account for IRSA or make a Pod Identity association, then recreate the pod (both are set up only when a pod is made); ' +
        "--allow-node-credentials lets the agent use the node's role.",
    },
  );
}
