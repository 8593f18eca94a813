import { areas } from './areas.ts';
import { type Case, readCases } from './cases.ts';
import { textOr } from './fields.ts';
import { laterArea, laterOp } from './later.ts';
import { operations } from './operations.ts';
import { difference, type Outcome, outcomeOf, skipped } from './outcome.ts';

/** How the cases of some files went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Reason -> ids. */
  readonly reasons: ReadonlyMap<string, readonly string[]>;
}

/** Runs every case of the files; what differs is printed as it is found. */
export async function runVectors(paths: readonly string[], print: (line: string) => void): Promise<Tally> {
  let [passed, failed, left] = [0, 0, 0];
  const reasons = new Map<string, string[]>();
  for (const each of paths.flatMap(readCases)) {
    const outcome = await outcomeOf(() => run(each));
    const differs = difference(outcome, each.expect);
    if (outcome.kind === 'skipped') {
      left += 1;
      reasons.set(outcome.reason, [...(reasons.get(outcome.reason) ?? []), each.id]);
    } else if (differs) {
      failed += 1;
      print(`${each.id}\n  want ${differs.want}\n  got  ${differs.got}`);
    } else passed += 1;
  }
  return { passed, failed, skipped: left, reasons };
}

/** An op is what it says in every area, but for areas of stores that come later. */
function run({ area, input, expect }: Case): Outcome | Promise<Outcome> {
  const op = textOr(input['op'], '');
  const reason = laterArea(area) ?? laterOp(op);
  if (reason) return skipped(reason);
  const adapter = operations[op] ?? areas[area] ?? areas[area.split('.')[0] ?? ''];
  if (!adapter) throw new TypeError(`no adapter for op ${op || '(none)'} in area ${area}`);
  return adapter(input, expect);
}
