import { objectName } from '../core/kubernetes-shapes.ts';
import { later, object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, oneOf, refuse, type Shape } from '../core/shape.ts';
import { type Located, located } from '../core/shape-rules.ts';

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

/** `sourceRef` of an entry: its own store instead of the external secret's. */
export const sourceRef: Shape<Located<StoreRef>> = derive(
  object({ storeRef: optional(storeRef), generatorRef: later('generatorRef (generators)') }),
  (ref, node, context) => ref.storeRef ?? refuse(node, context, 'storeRef must be given'),
);
