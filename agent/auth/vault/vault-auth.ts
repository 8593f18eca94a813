import type { SecretKeyRef } from '../../core/spec.ts';

/**
 * A store's `spec.provider.vault.auth` (eso.md 2.7), with the names of its fields and the defaults filled in: mount paths and keys are
 * there, an empty text is an absent one.
 */
export type VaultAuth = VaultAuthMethod & {
  /** Of logins and all that is done with the token itself (vault.md N2): `auth.namespace`, else the store's `namespace`. */
  readonly namespace?: string;
};

export type VaultAuthMethod =
  | TokenAuth
  | AppRoleAuth
  | KubernetesAuth
  | PasswordAuth
  | JwtAuth
  | CertificateAuth
  | IamAuth
  | GcpAuth;

/** As ESO writes it. The agent has no other service account than its pod's: name and namespace serve messages only. */
export interface ServiceAccountRef {
  readonly name: string;
  readonly namespace?: string;
  readonly audiences: readonly string[];
}

/** A token that somebody else made and keeps: never revoked here. */
export interface TokenAuth {
  readonly kind: 'tokenSecretRef';
  readonly tokenSecretRef: SecretKeyRef;
}

export interface AppRoleAuth {
  readonly kind: 'appRole';
  /** `approle`. */
  readonly path: string;
  /** One of the two. */
  readonly roleId?: string;
  readonly roleRef?: SecretKeyRef;
  /** A secret id, or a wrapping token around one, which is told by its form. */
  readonly secretRef: SecretKeyRef;
}

export interface KubernetesAuth {
  readonly kind: 'kubernetes';
  /** `kubernetes`. */
  readonly mountPath: string;
  readonly role: string;
  /** Goes before `secretRef`; with neither, the pod's default token. */
  readonly serviceAccountRef?: ServiceAccountRef;
  /** A stored JWT; the key defaults to `token`. */
  readonly secretRef?: SecretKeyRef;
}

export interface PasswordAuth {
  readonly kind: 'userPass' | 'ldap';
  /** `userpass` or `ldap`. */
  readonly path: string;
  readonly username: string;
  readonly secretRef: SecretKeyRef;
}

export interface JwtAuth {
  readonly kind: 'jwt';
  /** `jwt`. */
  readonly path: string;
  /** Absent: the mount's `default_role`. */
  readonly role?: string;
  /** Goes before `kubernetesServiceAccountToken`; one of the two is there. */
  readonly secretRef?: SecretKeyRef;
  readonly kubernetesServiceAccountToken?: {
    readonly serviceAccountRef: ServiceAccountRef;
    /** `["vault"]`; those of the serviceAccountRef come first. */
    readonly audiences: readonly string[];
  };
}

/** The certificate is presented by the connection: whoever opens the client gives it `clientCert` and `secretRef` (the key). */
export interface CertificateAuth {
  readonly kind: 'cert';
  /** `cert`. */
  readonly path: string;
  /** The key defaults to `tls.crt`. */
  readonly clientCert: SecretKeyRef;
  /** The key defaults to `tls.key`. */
  readonly secretRef: SecretKeyRef;
  readonly vaultRole?: string;
}

/** Credentials: `jwt`, else `secretRef`, else what the pod has (eso.md 2.7). */
export interface IamAuth {
  readonly kind: 'iam';
  /** `aws`. */
  readonly path: string;
  /** `us-east-1`. */
  readonly region: string;
  /** IAM role to assume before signing. */
  readonly role?: string;
  readonly externalID?: string;
  /** The role at Vault. */
  readonly vaultRole: string;
  /** Sent, and signed, as `X-Vault-AWS-IAM-Server-ID`. */
  readonly vaultAwsIamServerID?: string;
  readonly jwt?: { readonly serviceAccountRef: ServiceAccountRef };
  readonly secretRef?: {
    readonly accessKeyIDSecretRef: SecretKeyRef;
    readonly secretAccessKeySecretRef: SecretKeyRef;
    readonly sessionTokenSecretRef?: SecretKeyRef;
  };
}

/**
 * Whose JWT (eso.md 2.7): signed with the key of `secretRef`; else, with `workloadIdentity`, by Google for the pod's service account; else
 * the identity token of the metadata server.
 */
export interface GcpAuth {
  readonly kind: 'gcp';
  /** `gcp`. */
  readonly path: string;
  readonly role: string;
  /** The JSON key of a service account. */
  readonly secretRef?: { readonly secretAccessKeySecretRef: SecretKeyRef };
  readonly workloadIdentity?: { readonly serviceAccountRef?: ServiceAccountRef };
}
