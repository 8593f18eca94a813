import type { GoRegexp } from '../core/go-regexp.ts';
import type { Problem } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { Candidate } from './candidates.ts';
import type { DecodedSpec } from './decode.ts';
import { regexpsOfVerify } from './verify-steps.ts';

/** Compiles all regular expressions of the spec. RE2 is a large module: a spec without any doesn't load it. */
export async function compileRegexps(
  sources: readonly Located<string>[],
  report: (problem: Problem) => void,
): Promise<(source: Located<string>) => GoRegexp> {
  if (sources.length === 0) return ({ value }) => matchesNothing(value);
  const { compileRegexp } = await import('../core/re2.ts');
  const compiled = new Map<string, GoRegexp>();
  for (const source of sources) {
    try {
      if (!compiled.has(source.value)) compiled.set(source.value, compileRegexp(source.value));
    } catch (error) {
      const why = error instanceof Error ? error.message : 'error parsing regexp';
      report(problemAt(source, 'error', `${why}; allowed: RE2, as in Go: no look-around, no back-references`));
    }
  }
  return ({ value }) => compiled.get(value) ?? matchesNothing(value);
}

/** Stands in for one that was refused, so that the rest of the spec can be looked at. */
function matchesNothing(source: string): GoRegexp {
  return { source, matches: () => false, replaceAll: (text) => text };
}

/** Every regular expression that stands in the spec. */
export function regexpsIn({ kinds }: DecodedSpec, externalSecrets: readonly Candidate[]): readonly Located<string>[] {
  const stores = [...kinds.SecretStore, ...kinds.ClusterSecretStore];
  const steps = [...externalSecrets.flatMap(({ reload }) => reload), ...kinds.Delivery.flatMap(({ value }) => value.spec.reload)];
  return [
    ...externalSecrets.flatMap(({ spec }) => spec.dataFrom.flatMap(ofEntry)),
    ...stores.flatMap(({ value }) => value.spec.conditions.flatMap(({ namespaceRegexes }) => namespaceRegexes ?? [])),
    ...steps.flatMap(({ signal }) => signal?.process.commandMatches ?? []),
    ...kinds.Delivery.flatMap(({ value }) => (value.spec.verify ? regexpsOfVerify(value.spec.verify) : [])),
  ];
}

function ofEntry({ source, rewrite }: Candidate['spec']['dataFrom'][number]): readonly Located<string>[] {
  const find = source.kind === 'find' ? source.find.name : undefined;
  return [...(find ? [find.regexp] : []), ...rewrite.flatMap(({ regexp }) => regexp?.source ?? [])];
}
