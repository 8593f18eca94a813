import type { GoRegexp } from './go-regexp.ts';

/** One element of a ClusterSecretStore's `conditions`. Its members are alternatives, too (eso.md 2.1). */
export interface StoreCondition {
  readonly namespaceSelector?: LabelSelector;
  /** Exact names. */
  readonly namespaces?: readonly string[];
  /** Unanchored. */
  readonly namespaceRegexes?: readonly GoRegexp[];
}

/** A Kubernetes label selector: all of its requirements must hold; an empty one matches everything. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A namespace with its labels as far as they are known; `kubernetes.io/metadata.name` is added, as the API server would. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a store with these conditions serves the namespace. No conditions: every namespace; else any one that matches. */
export function storeAllows(conditions: readonly StoreCondition[], namespace: Namespace): boolean {
  const labels = new Map(Object.entries({ ...namespace.labels, 'kubernetes.io/metadata.name': namespace.name }));
  return conditions.length === 0 || conditions.some((condition) => matches(condition, namespace.name, labels));
}

type Labels = ReadonlyMap<string, string>;

function matches(condition: StoreCondition, name: string, labels: Labels): boolean {
  if (condition.namespaceSelector && selects(condition.namespaceSelector, labels)) return true;
  if (condition.namespaces?.includes(name)) return true;
  return condition.namespaceRegexes?.some((regexp) => regexp.matches(name)) ?? false;
}

function selects(selector: LabelSelector, labels: Labels): boolean {
  const exact = Object.entries(selector.matchLabels ?? {});
  return (
    exact.every(([key, value]) => labels.get(key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels))
  );
}

/** `NotIn` holds for a label that isn't there, as in Kubernetes. */
function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = labels.get(key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
