import { AgentError } from '../core/agent-error.ts';
import { type Problem, problemText } from '../core/problem.ts';
import type { Spec } from '../core/spec.ts';
import { knownProviders } from '../providers/known.ts';
import { readSpec, type SpecReport } from '../spec/read-spec.ts';
import type { AgentOptions } from './options.ts';
import type { Pod } from './pod.ts';
import { goTemplateProblem } from './template-problem.ts';
import type { World } from './world.ts';

/** The spec that the options name, as this pod reads it, with all problems. Throws SPEC_UNREADABLE. */
export function examinedSpec(
  { spec: paths, strictIdentity, templates, hookHosts }: AgentOptions,
  pod: Pod,
  { templatesDir }: Pick<World, 'templatesDir'>,
): Promise<SpecReport> {
  const shipped = () => import('./shipped-formats.ts'); // Only a spec that names one looks.
  return readSpec({
    formats: {
      names: async () => (await shipped()).shippedNames(templatesDir),
      header: async (name) => (await (await shipped()).shippedFormat(templatesDir, name))?.header,
    },
    ...{ paths, strictIdentity, templates, hookHosts, providers: knownProviders, goTemplateProblem, namespace: pod.namespace },
    ...(pod.serviceAccount ? { serviceAccount: pod.serviceAccount } : {}),
  });
}

/** Tells every warning; errors become one SPEC_INVALID, a line each. Throws SPEC_UNREADABLE. */
export async function acceptedSpec(
  options: AgentOptions,
  pod: Pod,
  world: Pick<World, 'templatesDir'> & { readonly warn: (problem: Problem) => void },
): Promise<Spec> {
  const { spec, problems } = await examinedSpec(options, pod, world);
  for (const problem of problems) if (problem.severity === 'warning') world.warn(problem);
  if (spec) return spec;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new AgentError('SPEC_INVALID', errors.map(problemText).join('\n'));
}
