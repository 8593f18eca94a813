import type { VaultAuth, VaultAuthMethod } from '../../auth/vault/vault-auth.ts';
import { ignored, object, optional, required, withDefault } from '../../core/object-shape.ts';
import { below, derive, integer, list, refuse, type Shape, string, type TypeOf } from '../../core/shape.ts';
import { exactlyOneOf } from '../../core/shape-rules.ts';

export const text = string({ minLength: 1 });

/** A key of a Secret; ESO names a default key in few places (eso.md 2.1). */
export function secretKey(
  defaultKey?: string,
): Shape<{ readonly name: string; readonly key: string; readonly namespace?: string }> {
  const key = defaultKey === undefined ? required(text) : withDefault(text, defaultKey);
  return object({ name: required(text), key, namespace: optional(string()) });
}

const serviceAccount = object({ name: required(text), namespace: optional(string()), audiences: withDefault(list(text), []) });

const appRole = object({
  path: withDefault(text, 'approle'),
  roleId: optional(string()),
  roleRef: optional(secretKey()),
  secretRef: required(secretKey()),
});

const optionalText = optional(string());
const jwtText = 'where the pod runs, tokens come from a volume: the kubelet renews them';

const methods = {
  tokenSecretRef: optional(secretKey()),
  appRole: optional(
    derive(appRole, (value, node, context) =>
      value.roleId || value.roleRef ? value : refuse(node, context, 'roleId or roleRef must be given'),
    ),
  ),
  kubernetes: optional(
    object({
      mountPath: withDefault(text, 'kubernetes'),
      role: required(text),
      serviceAccountRef: optional(serviceAccount),
      secretRef: optional(secretKey('token')),
    }),
  ),
  ldap: optional(object({ path: withDefault(text, 'ldap'), username: required(text), secretRef: required(secretKey()) })),
  userPass: optional(object({ path: withDefault(text, 'userpass'), username: required(text), secretRef: required(secretKey()) })),
  jwt: optional(
    derive(
      object({
        path: withDefault(text, 'jwt'),
        role: optionalText,
        secretRef: optional(secretKey()),
        kubernetesServiceAccountToken: optional(
          object({
            serviceAccountRef: required(serviceAccount),
            audiences: withDefault(list(text), ['vault']),
            expirationSeconds: ignored(`${jwtText}; expirationSeconds stands in the volume`, integer({ min: 1 })),
          }),
        ),
      }),
      (value, node, context) =>
        value.secretRef || value.kubernetesServiceAccountToken
          ? value
          : refuse(node, context, 'secretRef or kubernetesServiceAccountToken must be given'),
    ),
  ),
  cert: optional(
    object({
      path: withDefault(text, 'cert'),
      clientCert: required(secretKey('tls.crt')),
      secretRef: required(secretKey('tls.key')),
      vaultRole: optionalText,
    }),
  ),
  iam: optional(
    object({
      path: withDefault(text, 'aws'),
      region: withDefault(text, 'us-east-1'),
      role: optionalText,
      externalID: optionalText,
      vaultRole: required(text),
      vaultAwsIamServerID: optionalText,
      jwt: optional(object({ serviceAccountRef: required(serviceAccount) })),
      secretRef: optional(
        object({
          accessKeyIDSecretRef: required(secretKey()),
          secretAccessKeySecretRef: required(secretKey()),
          sessionTokenSecretRef: optional(secretKey()),
        }),
      ),
    }),
  ),
  gcp: optional(
    object({
      path: withDefault(text, 'gcp'),
      role: required(text),
      secretRef: optional(object({ secretAccessKeySecretRef: required(secretKey()) })),
      projectID: ignored('the metadata server and the key know their project'),
      location: ignored('the metadata server knows where the pod is'),
      workloadIdentity: optional(
        object({
          serviceAccountRef: optional(serviceAccount),
          clusterLocation: ignored(''),
          clusterName: ignored(''),
          clusterProjectID: ignored(''),
        }),
      ),
      serviceAccountRef: ignored("the pod's own service account is used"),
    }),
  ),
};

const fields = object({ namespace: optionalText, ...methods });

/** `auth` of a `vault` store; undefined where it names no method. */
export const vaultAuthShape: Shape<VaultAuth | undefined> = derive(fields, ({ namespace, ...given }, node, context) => {
  const [method, ...others] = methodsOf(given);
  for (const { kind } of others) {
    const place = node.kind === 'map' ? node.entries.get(kind)?.keyPlace : undefined;
    const message = `has no effect: ${method?.kind} is set, too, and goes first`;
    context.report({ severity: 'warning', place: place ?? node.place, path: below(context, kind).path, message });
  }
  return method && { ...method, ...(namespace ? { namespace } : {}) };
});

/** In the order in which ESO looks (eso.md 2.7): the first one is used. */
function methodsOf(given: Omit<TypeOf<typeof fields>, 'namespace'>): readonly VaultAuthMethod[] {
  const { tokenSecretRef, appRole, kubernetes, ldap, userPass, jwt, cert, iam, gcp } = given;
  return [
    ...(tokenSecretRef ? [{ kind: 'tokenSecretRef', tokenSecretRef } as const] : []),
    ...(appRole ? [{ kind: 'appRole', ...appRole } as const] : []),
    ...(kubernetes ? [{ kind: 'kubernetes', ...kubernetes } as const] : []),
    ...(ldap ? [{ kind: 'ldap', ...ldap } as const] : []),
    ...(userPass ? [{ kind: 'userPass', ...userPass } as const] : []),
    ...(jwt ? [{ kind: 'jwt', ...jwt } as const] : []),
    ...(cert ? [{ kind: 'cert', ...cert } as const] : []),
    ...(iam ? [{ kind: 'iam', ...iam } as const] : []),
    ...(gcp ? [{ kind: 'gcp', ...gcp } as const] : []),
  ].map(withoutEmptyTexts);
}

/** An empty text is an absent one to ESO, whose fields are plain Go strings. */
function withoutEmptyTexts<T extends object>(method: T): T {
  const given = Object.entries(method).filter(([, value]) => value !== '');
  return Object.fromEntries(given) as T;
}

const openBaoFields = object({
  namespace: optionalText,
  tokenSecretRef: methods.tokenSecretRef,
  appRole: methods.appRole,
  userPass: methods.userPass,
  kubernetes: optional(
    object({
      path: withDefault(text, 'kubernetes'),
      role: required(text),
      serviceAccountRef: optional(serviceAccount),
      secretRef: optional(secretKey('token')),
    }),
  ),
});

/** `auth` of an `openBao` store: exactly one method (eso.md 2.8; `kubernetes` came to ESO later, with `path` for its mount). */
export const openBaoAuthShape: Shape<VaultAuth | undefined> = derive(
  exactlyOneOf(openBaoFields, ['tokenSecretRef', 'appRole', 'userPass', 'kubernetes']),
  ({ namespace, kubernetes, ...given }) => {
    const [method] = methodsOf({ ...given, ...(kubernetes ? { kubernetes: onMount(kubernetes) } : {}) });
    return method && { ...method, ...(namespace ? { namespace } : {}) };
  },
);

function onMount<T extends { readonly path: string }>({ path, ...login }: T): Omit<T, 'path'> & { readonly mountPath: string } {
  return { ...login, mountPath: path };
}
