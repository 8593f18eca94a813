import type { Located } from '../core/shape-rules.ts';
import type { Delivery } from '../core/spec.ts';
import type { Candidate } from './candidates.ts';
import { standardKeepPreviousMs, standardMode } from './delivery.ts';
import { digestOf } from './digest.ts';
import type { Linking } from './link-context.ts';
import { areImmutable, type LinkedDelivery, settleOf } from './link-deliveries.ts';
import { linkReload, type ReloadFields } from './reload-steps.ts';

/** A delivery for each target of the external secrets that no Delivery names (DESIGN 3). */
export function impliedDeliveries(alone: readonly Candidate[], linking: Linking): readonly LinkedDelivery[] {
  const byTarget = new Map<string, Candidate[]>();
  for (const candidate of alone) {
    const target = candidate.spec.target.name?.value ?? candidate.name;
    byTarget.set(target, [...(byTarget.get(target) ?? []), candidate]);
  }
  return [...byTarget].flatMap(([target, [first, ...others]]) => (first ? [implied(target, [first, ...others], linking)] : []));
}

function implied(target: string, members: readonly [Candidate, ...Candidate[]], linking: Linking): LinkedDelivery {
  const [first] = members;
  const at: Located<string> = { value: target, ...placeOf(first) };
  if (members.length > 1) checkUnion(target, members, linking);
  const rest: Omit<Delivery, 'digest'> = {
    ...{ name: target, directory: target, origin: 'implied', layout: 'files', defaults: { mode: standardMode }, files: [] },
    externalSecrets: members.map(({ name }) => name),
    settle: settleOf({}, members.length),
    ...{ keepPreviousMs: standardKeepPreviousMs, firstReload: false, onVerifyFailure: 'rollback', stagger: { kind: 'none' } },
    reload: linkReload(distinct(members.flatMap(({ reload }) => reload)), linking),
    immutable: areImmutable(members, at, linking),
  };
  return { delivery: { ...rest, digest: digestOf(rest) }, at };
}

function placeOf({ spec, place, path }: Candidate): { readonly place: Located<unknown>['place']; readonly path: string } {
  return spec.target.name ?? { place, path };
}

const merges: ReadonlySet<string> = new Set(['Merge', 'CreateOrMerge']);

/** Several write into one directory only if each says that it merges: the others claim it for themselves. */
function checkUnion(target: string, members: readonly Candidate[], { report }: Linking): void {
  const claiming = members.find(({ spec }) => !merges.has(spec.target.creationPolicy));
  if (!claiming) return;
  const names = members.map(({ name }) => `"${name}"`).join(' and ');
  const policy = claiming.spec.target.creationPolicy;
  for (const member of members.slice(1)) {
    const message = `${names} want the same directory, "${target}", and "${claiming.name}" has creationPolicy ${policy}; give each another target.name, all creationPolicy: Merge, or name them in one Delivery`;
    report({ severity: 'error', ...placeOnly(member), message });
  }
}

function placeOnly(member: Candidate): { readonly place: Located<unknown>['place']; readonly path: string } {
  const { place, path } = placeOf(member);
  return { place, path };
}

/** Two that ask for the same step ask for one. */
function distinct(steps: readonly ReloadFields[]): readonly ReloadFields[] {
  return [...new Map(steps.map((step) => [textOf(step), step])).values()];
}

/** Equal when a step means the same, wherever it stands. */
function textOf({ signal, http }: ReloadFields): string {
  if (!signal) return JSON.stringify(http?.value);
  const { name, process: wanted } = signal;
  return JSON.stringify([name, wanted.name, wanted.pidFile, wanted.commandMatches?.value]);
}
