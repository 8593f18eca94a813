import type { AwsAuth, AwsIdentityConfig } from '../../auth/aws/credentials.ts';
import { ignored, object, optional, required, withDefault } from '../../core/object-shape.ts';
import {
  below,
  boolean,
  integer,
  invalid,
  list,
  oneOf,
  record,
  refuseLater,
  type Shape,
  string,
  type TypeOf,
} from '../../core/shape.ts';

/** A store's `spec.provider.aws` (eso.md 2.3), defaults filled in. */
export interface AwsConfig extends AwsIdentityConfig {
  readonly service: 'SecretsManager' | 'ParameterStore';
  /** Put in front of every key; not of what a find searches. */
  readonly prefix: string;
}

const text = string({ minLength: 1 });

const service = oneOf('SecretsManager', 'ParameterStore');
const serviceOrLater: Shape<AwsConfig['service']> = {
  ...service,
  decode: (node, context) =>
    node.kind === 'string' && node.value === 'CertificateManager'
      ? refuseLater(node, context, 'CertificateManager')
      : service.decode(node, context),
};

/** The shape of a region's name in every partition: eu-west-1, us-gov-east-1, us-isob-east-1. Which exist changes; a typing error rarely fits. */
const region = string({
  pattern: /^[a-z]{2,5}(-[a-z]{2,12}){1,3}-\d{1,2}$/,
  allowed: 'the name of a region, such as eu-west-1',
});

const secretKey = object({ name: required(text), key: required(text), namespace: optional(string()) });

const auth = object({
  secretRef: optional(
    object({
      accessKeyIDSecretRef: required(secretKey),
      secretAccessKeySecretRef: required(secretKey),
      sessionTokenSecretRef: optional(secretKey),
    }),
  ),
  jwt: optional(
    object({
      serviceAccountRef: required(
        object({ name: required(text), namespace: optional(string()), audiences: withDefault(list(text), []) }),
      ),
    }),
  ),
});

const fields = object(
  {
    service: required(serviceOrLater),
    region: required(region),
    auth: withDefault(auth, {}),
    role: optional(string()),
    additionalRoles: withDefault(list(text), []),
    externalID: optional(string()),
    sessionTags: withDefault(list(object({ key: required(text), value: required(string()) })), []),
    transitiveTagKeys: withDefault(list(text), []),
    sessionTagsPolicy: withDefault(oneOf('None', 'Simple', 'Custom'), 'None'),
    customSessionTags: withDefault(record(string()), {}),
    prefix: withDefault(string(), ''),
    secretsManager: ignored(
      'says how PushSecret deletes; this agent only reads',
      object({
        forceDeleteWithoutRecovery: optional(boolean()),
        recoveryWindowInDays: optional(integer({ min: 0, max: 30 })),
      }),
    ),
  },
  { description: 'AWS Secrets Manager or SSM Parameter Store.' },
);

/** Decodes `spec.provider.aws`. */
export const awsShape: Shape<AwsConfig> = {
  schema: fields.schema,
  decode(node, context) {
    const config = fields.decode(node, context);
    if (config === invalid) return invalid;
    const complain = (severity: 'error' | 'warning', field: string, message: string): void => {
      const place = node.kind === 'map' ? node.entries.get(field)?.keyPlace : undefined;
      context.report({ severity, place: place ?? node.place, path: below(context, field).path, message });
    };
    if (reserved.some((key) => Object.hasOwn(config.customSessionTags, key))) {
      complain('error', 'customSessionTags', `${reserved.join(', ')} are set by the agent: choose other keys`);
      return invalid;
    }
    if (Object.keys(config.customSessionTags).length > 0 && config.sessionTagsPolicy !== 'Custom')
      complain('warning', 'customSessionTags', 'has no effect without sessionTagsPolicy: Custom');
    if (config.externalID && !config.role) complain('warning', 'externalID', 'has no effect without role');
    return configOf(config);
  },
};

/** What sessionTagsPolicy adds by itself. */
const reserved = ['esoNamespace', 'esoStoreName', 'esoStoreKind'];

function configOf({ auth, role, externalID, ...rest }: TypeOf<typeof fields>): AwsConfig {
  // An empty text is an absent one to ESO, whose fields are plain Go strings.
  return { ...rest, auth: authOf(auth), ...(role ? { role } : {}), ...(externalID ? { externalID } : {}) };
}

/** `jwt` goes before `secretRef` (eso.md 2.3). */
function authOf({ jwt, secretRef }: TypeOf<typeof auth>): AwsAuth {
  if (jwt) return { kind: 'jwt', serviceAccountRef: jwt.serviceAccountRef };
  if (!secretRef) return { kind: 'default' };
  return {
    kind: 'secretRef',
    accessKeyID: secretRef.accessKeyIDSecretRef,
    secretAccessKey: secretRef.secretAccessKeySecretRef,
    ...(secretRef.sessionTokenSecretRef ? { sessionToken: secretRef.sessionTokenSecretRef } : {}),
  };
}
