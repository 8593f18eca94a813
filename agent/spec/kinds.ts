import type { Shape } from '../core/shape.ts';
import { clusterExternalSecretShape } from './cluster-external-secret.ts';
import { configMapShape, namespaceShape, secretShape, serviceAccountShape } from './core-kinds.ts';
import { deliveryShape } from './delivery.ts';
import { externalSecretShape } from './external-secret.ts';
import { generatorShapes } from './generator.ts';
import { type Providers, storeShapes } from './store.ts';

const eso = ['external-secrets.io/v1', 'external-secrets.io/v1beta1'];

/** The kinds we read, and the versions each may have. */
export const apiVersions = {
  ExternalSecret: eso,
  ClusterExternalSecret: eso,
  SecretStore: eso,
  ClusterSecretStore: eso,
  VaultDynamicSecret: ['generators.external-secrets.io/v1alpha1'],
  ClusterGenerator: ['generators.external-secrets.io/v1alpha1'],
  Delivery: ['keytide.dev/v1alpha1'],
  ServiceAccount: ['v1'],
  ConfigMap: ['v1'],
  Secret: ['v1'],
  Namespace: ['v1'],
} as const satisfies Record<string, readonly string[]>;

export type KindName = keyof typeof apiVersions;

/** The shape of each kind: decodes it, and is what `keytide schema` prints. */
export function kindShapes(providers: Providers) {
  return {
    ExternalSecret: externalSecretShape,
    ClusterExternalSecret: clusterExternalSecretShape,
    ...storeShapes(providers),
    ...generatorShapes(providers),
    Delivery: deliveryShape,
    ServiceAccount: serviceAccountShape,
    ConfigMap: configMapShape,
    Secret: secretShape,
    Namespace: namespaceShape,
  } as const satisfies Record<KindName, Shape<unknown>>;
}

export type KindShapes = ReturnType<typeof kindShapes>;

export function isKindName(kind: string): kind is KindName {
  return Object.hasOwn(apiVersions, kind);
}
