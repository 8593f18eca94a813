import type { AwsCredentialIdentity } from '@smithy/types';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef, Store } from '../../core/spec.ts';

/** What a store's `provider.aws` says about who it is read as (eso.md 2.3). */
export interface AwsIdentityConfig {
  readonly region: string;
  readonly role?: string;
  /** Assumed in turn before `role`. */
  readonly additionalRoles: readonly string[];
  readonly externalID?: string;
  readonly sessionTags: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys: readonly string[];
  readonly sessionTagsPolicy: 'None' | 'Simple' | 'Custom';
  readonly customSessionTags: Readonly<Record<string, string>>;
  readonly auth: AwsAuth;
}

export type AwsAuth =
  | { readonly kind: 'default' }
  | {
      readonly kind: 'secretRef';
      readonly accessKeyID: SecretKeyRef;
      readonly secretAccessKey: SecretKeyRef;
      readonly sessionToken?: SecretKeyRef;
    }
  | {
      readonly kind: 'jwt';
      readonly serviceAccountRef: { readonly name: string; readonly namespace?: string; readonly audiences: readonly string[] };
    };

/** The credentials of one store, cached by what they depend on and renewed ahead of their end. */
export interface AwsSession {
  /** Throws IDENTITY_REFUSED, TOKEN_UNREADABLE, CREDENTIALS_MISSING or IDENTITY_UNAVAILABLE. */
  readonly credentials: () => Promise<AwsCredentialIdentity>;
  /** Forgets what is cached and logs in anew; one login in flight, however many ask. */
  readonly refresh: () => Promise<void>;
}

export function awsCredentials(store: Store, _config: AwsIdentityConfig, _effects: Effects): AwsSession {
  const notYet = async (): Promise<never> => {
    throw new AgentError('IDENTITY_UNAVAILABLE', `${store.id} has no credentials yet`);
  };
  return { credentials: notYet, refresh: notYet };
}
