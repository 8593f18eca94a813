import { objectName } from '../core/kubernetes-shapes.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, oneOf, refuse, refuseLater, type Shape } from '../core/shape.ts';
import { exactlyOneOf, type Located, located } from '../core/shape-rules.ts';
import { generatorGroup, generatorKinds } from './known-names.ts';

export interface StoreRef {
  readonly name: string;
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
}

/** A store's id in `Spec.stores`. */
export function storeId({ kind, name }: StoreRef): string {
  return `${kind}/${name}`;
}

export const storeRef: Shape<Located<StoreRef>> = located(
  object({
    name: required(objectName),
    kind: withDefault(oneOf('SecretStore', 'ClusterSecretStore'), 'SecretStore'),
  }),
);

export interface GeneratorRef {
  readonly name: string;
  readonly kind: 'VaultDynamicSecret' | 'ClusterGenerator';
}

/** A generator's id in `Spec.generators`. */
export function generatorId({ kind, name }: GeneratorRef): string {
  return `${kind}/${name}`;
}

const generatorFields = object({
  apiVersion: withDefault(oneOf(`${generatorGroup}/v1alpha1`), `${generatorGroup}/v1alpha1`),
  kind: required(oneOf(...generatorKinds)),
  name: required(objectName),
});

const generatorRef: Shape<Located<GeneratorRef>> = located(
  derive(generatorFields, ({ kind, name }, node, context) =>
    kind === 'VaultDynamicSecret' || kind === 'ClusterGenerator'
      ? { kind, name }
      : refuseLater(node, context, `the generator ${kind}`),
  ),
);

/** `sourceRef` of an entry of `data`: its own store instead of the external secret's. ESO takes a generator here and then fails (eso.md 9). */
export const storeSource: Shape<Located<StoreRef>> = derive(
  object({ storeRef: optional(storeRef), generatorRef: optional(generatorRef) }),
  ({ storeRef: store, generatorRef: generator }, node, context) => {
    if (generator)
      return refuse(node, context, 'generatorRef has no meaning in data: it gives several keys; move it to dataFrom');
    return store ?? refuse(node, context, 'storeRef must be given');
  },
);

export interface SourceRef {
  readonly storeRef?: Located<StoreRef>;
  readonly generatorRef?: Located<GeneratorRef>;
}

/** `sourceRef` of an entry of `dataFrom`. */
export const sourceRef: Shape<SourceRef> = exactlyOneOf(
  object({ storeRef: optional(storeRef), generatorRef: optional(generatorRef) }),
  ['storeRef', 'generatorRef'],
);
