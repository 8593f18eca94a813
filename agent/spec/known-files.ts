import { didYouMean } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import { makesEntries, templateKeys } from '../core/target-template.ts';
import type { Candidate } from './candidates.ts';
import type { LinkBase } from './link-context.ts';

/** The files of a delivery, as far as the manifests tell. */
export interface KnownFiles {
  readonly paths: ReadonlySet<string>;
  /** False when the store may give more. */
  readonly isComplete: boolean;
}

/** What the manifest alone tells of the keys of an external secret: dataFrom and templates of whole documents may give more. */
export function knownKeys({ data, dataFrom, target: { template } }: Candidate['spec']): KnownFiles {
  const fetched = data.map(({ secretKey }) => secretKey);
  if (!template) return { paths: new Set(fetched), isComplete: dataFrom.length === 0 };
  const isReplaced = template.template.mergePolicy === 'Replace' && makesEntries(template.template);
  const isOpen = template.template.from.some(
    ({ target, literal, configMap, secret }) =>
      target === 'Data' &&
      (literal !== undefined ||
        [...(configMap?.items ?? []), ...(secret?.items ?? [])].some(({ templateAs }) => templateAs === 'KeysAndValues')),
  );
  return {
    paths: new Set([...(isReplaced ? [] : fetched), ...templateKeys(template.template)]),
    isComplete: !isOpen && (isReplaced || dataFrom.length === 0),
  };
}

/** A file that the delivery can't have, where that is known for sure. */
export function refuseUnknownFile(at: Located<string>, { paths, isComplete }: KnownFiles, { report }: LinkBase): void {
  if (!isComplete || paths.has(at.value)) return;
  const files = [...paths].join(', ');
  report(problemAt(at, 'error', `the delivery has no file "${at.value}"; its files: ${files}${didYouMean(at.value, paths)}`));
}
