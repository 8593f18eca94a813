import type { FindQuery, ObjectRef } from '../../core/object-ref.ts';
import type { IdentityHints, Store } from '../../core/spec.ts';
import type { StorePlan } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { fewSecrets, parameterBatch, parameterRequests, secretBatch, secretRequests } from './requests.ts';

/** What `check` tells of an AWS store, without a network. */
export function awsPlan(_store: Store, config: AwsConfig, identity: IdentityHints): StorePlan {
  const isSecretsManager = config.service === 'SecretsManager';
  return {
    place: `${isSecretsManager ? 'AWS Secrets Manager' : 'AWS SSM Parameter Store'} in ${config.region}`,
    identity: identityOf(config, identity),
    calls: isSecretsManager
      ? (refs, finds) => secretCalls(config, refs, finds)
      : (refs, finds) => parameterCalls(config, refs, finds),
    notes: isSecretsManager ? secretNotes : parameterNotes,
  };
}

const secretNotes = [
  'AWS bills US$0.05 for 10,000 calls; count each secret of a batch as a call.',
  'A find by name without path lists every secret of the account in this region; give find.path where the names begin alike.',
];
const parameterNotes = [
  'An account has 40 reads a second in a region, for all that read parameters, unless higher throughput is switched on.',
  'A find by name reads every parameter below find.path (/ when absent), whether its name matches or not.',
];

function identityOf(config: AwsConfig, identity: IdentityHints): string {
  const roles = [...config.additionalRoles, ...(config.role ? [config.role] : [])].map((role) => `, then role ${role}`);
  return `${firstIdentity(config, identity)}${roles.join('')}`;
}

function firstIdentity({ auth }: AwsConfig, { annotations, serviceAccount }: IdentityHints): string {
  const role = annotations['eks.amazonaws.com/role-arn'];
  const webIdentity = role ? `role ${role} by web identity` : undefined;
  switch (auth.kind) {
    case 'secretRef':
      return `the access key in Secret ${auth.accessKeyID.name}`;
    case 'jwt':
      return webIdentity ?? `the role of service account ${serviceAccount ?? auth.serviceAccountRef.name} by web identity`;
    case 'default':
      return webIdentity ?? "the pod's own AWS identity (web identity, EKS Pod Identity or environment)";
  }
}

function secretCalls(config: AwsConfig, refs: readonly ObjectRef[], finds: readonly FindQuery[]): number {
  const { current, pinned, tags } = secretRequests(config, refs);
  const currentCalls = current.length <= fewSecrets ? current.length : Math.ceil(current.length / secretBatch);
  // How many pages and hits a search has is not known offline: one call to list, one to read.
  return (
    currentCalls +
    pinned.length +
    tags.length +
    finds.reduce((sum, find) => sum + (find.name && find.path === undefined ? 2 : 1), 0)
  );
}

function parameterCalls(config: AwsConfig, refs: readonly ObjectRef[], finds: readonly FindQuery[]): number {
  const { values, tags } = parameterRequests(config, refs);
  return Math.ceil(values.length / parameterBatch) + tags.length + finds.reduce((sum, find) => sum + (find.name ? 1 : 2), 0);
}
