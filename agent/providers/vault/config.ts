import type { VaultAuth } from '../../auth/vault/vault-auth.ts';
import { ignored, object, optional, required, withDefault } from '../../core/object-shape.ts';
import { boolean, derive, oneOf, record, refine, refuse, type Shape, string, type TypeOf } from '../../core/shape.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import { openBaoAuthShape, secretKey, text, vaultAuthShape } from './auth-shape.ts';
import { type KvPaths, openBaoPaths, vaultPaths } from './paths.ts';
import { pemOf } from './pem.ts';

/** A store's `spec.provider.vault` or `spec.provider.openBao` (eso.md 2.7, 2.8), defaults filled in; an empty text is an absent one. */
export interface VaultConfig {
  /** Which of ESO's two providers: they read keys, properties and folders differently. */
  readonly kind: 'vault' | 'openBao';
  readonly server: string;
  /** The mount; absent where keys begin with it. */
  readonly path?: string;
  readonly version: 'v1' | 'v2';
  readonly namespace?: string;
  /** PEM. */
  readonly caBundle?: string;
  readonly caProvider?: CaProvider;
  readonly tls?: { readonly certSecretRef: SecretKeyRef; readonly keySecretRef: SecretKeyRef };
  readonly readYourWrites: boolean;
  readonly forwardInconsistent: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: VAULT_TOKEN of the environment, for a laptop. */
  readonly auth?: VaultAuth;
}

export interface CaProvider extends SecretKeyRef {
  readonly type: 'Secret' | 'ConfigMap';
  readonly namespace?: string;
}

/** Where the keys of a store are. */
export function pathsOf({ kind, path, version }: Pick<VaultConfig, 'kind' | 'path' | 'version'>): KvPaths {
  return kind === 'vault' ? vaultPaths({ mount: path, version }) : openBaoPaths(path ?? 'kv', version);
}

const optionalText = optional(string());

const server = string({
  pattern: /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
  allowed: 'an address such as https://vault.example.com:8200',
});

/** In a manifest, PEM or base64 of it (eso.md 2.1). */
const caBundle = refine(string(), (given) => {
  const pem = given === '' ? '' : pemOf(given);
  return pem === undefined ? { wrong: 'no certificate in PEM, nor base64 of one' } : { value: pem };
});

const caProvider = object({
  type: required(oneOf('Secret', 'ConfigMap')),
  name: required(text),
  key: required(text),
  namespace: optional(string()),
});

const clientTls = derive(
  object({ certSecretRef: optional(secretKey('tls.crt')), keySecretRef: optional(secretKey('tls.key')) }),
  ({ certSecretRef, keySecretRef }, node, context) => {
    if (certSecretRef && keySecretRef) return { certSecretRef, keySecretRef };
    if (!certSecretRef && !keySecretRef) return undefined;
    return refuse(node, context, 'certSecretRef and keySecretRef belong together; one of them is missing');
  },
);

/** Names and values as HTTP has them: Node would refuse others with an error that quotes them. */
const headers = refine(record(string()), (given) => {
  const wrong = Object.entries(given).find(
    ([name, value]) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  );
  return wrong ? { wrong: `${JSON.stringify(wrong[0])} is no header with a value that HTTP allows` } : { value: given };
});

const mount = optional(refine(string(), (path) => ({ value: path.replace(/^\/+|\/+$/g, '') })));

/** What both providers have. */
const common = {
  server: required(server),
  path: mount,
  version: withDefault(oneOf('v1', 'v2'), 'v2'),
  namespace: optionalText,
  caBundle: optional(caBundle),
  caProvider: optional(caProvider),
};

const vaultFields = object(
  {
    ...common,
    tls: optional(clientTls),
    readYourWrites: withDefault(boolean(), false),
    forwardInconsistent: withDefault(boolean(), false),
    headers: withDefault(headers, {}),
    checkAndSet: ignored('says how PushSecret writes; this agent only reads', object({ required: optional(boolean()) })),
    auth: optional(vaultAuthShape),
  },
  { description: 'The KV engine of HashiCorp Vault, or of OpenBao.' },
);

const openBaoFields = object({ ...common, auth: optional(openBaoAuthShape) }, { description: 'The KV engine of OpenBao.' });

/** Decodes `spec.provider.vault`. */
export const vaultShape: Shape<VaultConfig> = derive(vaultFields, ({ tls, ...given }) => ({
  kind: 'vault',
  ...configOf(given),
  ...(tls ? { tls } : {}),
}));

/** Decodes `spec.provider.openBao`. */
export const openBaoShape: Shape<VaultConfig> = derive(openBaoFields, (given) => ({
  ...{ kind: 'openBao', readYourWrites: false, forwardInconsistent: false, headers: {} },
  ...configOf(given),
}));

type Texts = 'path' | 'namespace' | 'caBundle';

/** `auth.namespace` is the store's own unless it is given (eso.md 2.7). */
function configOf<T extends TypeOf<typeof openBaoFields>>(given: T): Omit<T, Texts | 'auth'> & Given {
  const { path, namespace, caBundle, auth, ...rest } = given;
  return {
    ...rest,
    ...(path ? { path } : {}),
    ...(namespace ? { namespace } : {}),
    ...(caBundle ? { caBundle } : {}),
    ...(auth ? { auth: { ...(namespace ? { namespace } : {}), ...auth } } : {}),
  };
}

type Given = Partial<Pick<VaultConfig, Texts | 'auth'>>;
