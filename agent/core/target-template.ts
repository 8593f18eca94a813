import type { TargetTemplate } from './spec.ts';

/** The files that a template is known to give: of its `data`, and of the items that give one value each. */
export function templateKeys({ from, data }: TargetTemplate): readonly string[] {
  const items = from
    .filter((each) => each.target === 'Data')
    .flatMap(({ configMap, secret }) => [...(configMap?.items ?? []), ...(secret?.items ?? [])]);
  return [...items.filter(({ templateAs }) => templateAs === 'Values').map(({ key }) => key), ...Object.keys(data)];
}

/** True when it makes entries; one that has only a type or metadata leaves what was fetched as it is. */
export function makesEntries({ from, data }: TargetTemplate): boolean {
  return from.length > 0 || Object.keys(data).length > 0;
}
