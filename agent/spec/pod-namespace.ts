import { type LabelSelector, type StoreCondition, storeAllows } from '../core/store-conditions.ts';
import type { DecodedSpec } from './decode.ts';

/** The pod's namespace, with its labels where the spec has its Namespace document. */
export interface PodNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isDocumented: boolean;
}

/** The one label that the API server sets by itself, so that it is known without a document. */
const nameLabel = 'kubernetes.io/metadata.name';

export function podNamespace(name: string, { kinds }: DecodedSpec): PodNamespace {
  const document = kinds.Namespace.find(({ value }) => value.metadata.name === name);
  return { name, labels: document?.value.metadata.labels ?? {}, isDocumented: document !== undefined };
}

/** Whether a store's conditions let the namespace in. What can't be decided for lack of a Namespace document is a no. */
export function isAllowed(conditions: readonly StoreCondition[], pod: PodNamespace): boolean {
  return storeAllows(
    conditions.map(({ namespaceSelector, ...rest }) =>
      namespaceSelector && isDecidable(namespaceSelector, pod) ? { ...rest, namespaceSelector } : rest,
    ),
    pod,
  );
}

/** Whether any of the selectors is sure to select the namespace. */
export function isSelected(selectors: readonly LabelSelector[], pod: PodNamespace): boolean {
  return (
    selectors.length > 0 &&
    isAllowed(
      selectors.map((namespaceSelector) => ({ namespaceSelector })),
      pod,
    )
  );
}

/** True when every label that the selector looks at is known. */
export function isDecidable({ matchLabels, matchExpressions }: LabelSelector, { isDocumented }: PodNamespace): boolean {
  const keys = [...Object.keys(matchLabels ?? {}), ...(matchExpressions ?? []).map(({ key }) => key)];
  return isDocumented || keys.every((key) => key === nameLabel);
}
