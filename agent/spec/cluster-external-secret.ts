import { labelSelector, namespaceName, objectName } from '../core/kubernetes-shapes.ts';
import { ignored, object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, list, record, type Shape, string } from '../core/shape.ts';
import type { LabelSelector } from '../core/store-conditions.ts';
import { type ExternalSecretFields, externalSecretFields } from './external-secret.ts';
import { type Annotations, externalSecretAnnotations, foreignMetadata, type Metadata, objectOf } from './metadata.ts';

/** `spec` of a ClusterExternalSecret: an external secret for every namespace it selects. */
export interface ClusterExternalSecretFields {
  readonly externalSecretSpec: ExternalSecretFields;
  /** Name of the external secret; the ClusterExternalSecret's own unless given. */
  readonly externalSecretName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
  /** A namespace that one of them selects, or that is named, is meant. */
  readonly selectors: readonly LabelSelector[];
  readonly namespaces: readonly string[];
}

const secretMetadata = object({
  labels: withDefault(record(string()), {}),
  annotations: withDefault(externalSecretAnnotations, {}),
});

const fields: Shape<ClusterExternalSecretFields> = derive(
  object({
    externalSecretSpec: required(externalSecretFields),
    externalSecretName: optional(objectName),
    externalSecretMetadata: withDefault(secretMetadata, { labels: {}, annotations: {} }),
    namespaceSelector: optional(labelSelector),
    namespaceSelectors: withDefault(list(labelSelector), []),
    namespaces: withDefault(list(namespaceName), []),
    refreshTime: ignored('not used: the namespaces are looked at whenever the spec is read'),
  }),
  ({ externalSecretMetadata, namespaceSelector, namespaceSelectors, ...rest }) => ({
    ...rest,
    ...externalSecretMetadata,
    selectors: [...(namespaceSelector ? [namespaceSelector] : []), ...namespaceSelectors],
  }),
);

export interface ClusterExternalSecretObject {
  readonly metadata: Metadata;
  readonly spec: ClusterExternalSecretFields;
}

export const clusterExternalSecretShape: Shape<ClusterExternalSecretObject> = objectOf(foreignMetadata, fields);
