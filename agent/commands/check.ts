import { knownProviders } from '../providers/known.ts';
import { examinedSpec } from './accepted-spec.ts';
import { checkReport } from './check-report.ts';
import { checkText } from './check-text.ts';
import { exitCodes } from './exit-codes.ts';
import type { AgentOptions } from './options.ts';
import { podOf } from './pod.ts';
import type { World } from './world.ts';

/** `keytide check`: the report on stdout. Ends with 3 when `run` would refuse the spec. Throws SPEC_UNREADABLE. */
export async function run(
  { options, output }: { readonly options: AgentOptions; readonly output: 'text' | 'json' },
  world: World,
): Promise<number> {
  const pod = await podOf(options, world);
  const found = await examinedSpec(options, pod, world);
  const report = checkReport(found, options.root, knownProviders);
  world.stdout(output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : checkText(report));
  return report.accepted ? exitCodes.done : exitCodes.specRefused;
}
