import { didYouMean } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { Delivery } from '../core/spec.ts';
import type { Candidate } from './candidates.ts';
import { linkCheck } from './check-shape.ts';
import type { Decoded } from './decode.ts';
import type { DeliveryFields } from './delivery.ts';
import { checkPaths, linkFiles } from './delivery-files.ts';
import { digestOf } from './digest.ts';
import { type KnownFiles, knownKeys } from './known-files.ts';
import { checkNamespace, type Linking, pathOfDocument } from './link-context.ts';
import { linkReload } from './reload-steps.ts';
import { linkVerify } from './verify-steps.ts';

/** A delivery with what its problems need. */
export interface LinkedDelivery {
  readonly delivery: Delivery;
  /** Where its directory is said; `path` as in problems. */
  readonly at: Located<string>;
}

/** The Delivery documents. */
export async function declaredDeliveries(
  externalSecrets: readonly Candidate[],
  linking: Linking,
): Promise<readonly LinkedDelivery[]> {
  return Promise.all(linking.decoded.kinds.Delivery.map((each) => declared(each, externalSecrets, linking)));
}

async function declared(
  { document, value: { metadata, spec } }: Decoded<'Delivery'>,
  externalSecrets: readonly Candidate[],
  linking: Linking,
): Promise<LinkedDelivery> {
  checkNamespace(metadata, linking);
  const members = membersOf(spec, externalSecrets, linking);
  const keys = checkKeys(members, linking);
  checkPaths(spec.files, spec.layout === 'files' ? keys : [], linking);
  if (spec.layout === 'none' && spec.files.length === 0)
    linking.report({
      severity: 'error',
      place: document.place,
      path: `${pathOfDocument(document)}: spec`,
      message: 'layout none needs files: there is nothing to publish',
    });
  for (const { candidate } of members) warnOfAnnotation(candidate, metadata.name, linking);
  const { files, digests } = await linkFiles(spec.files, linking);
  const at = spec.directory ?? { value: metadata.name, place: document.place, path: pathOfDocument(document) };
  const rest: Omit<Delivery, 'digest'> = {
    ...{ name: metadata.name, directory: at.value, origin: 'declared', layout: spec.layout, defaults: spec.defaults, files },
    externalSecrets: members.map(({ candidate }) => candidate.name),
    settle: settleOf(spec.settle, members.length),
    ...{
      keepPreviousMs: spec.keepPrevious,
      firstReload: spec.firstReload,
      stagger: spec.stagger,
    },
    ...hooksOf(spec, knownFiles(spec, members), linking),
    immutable: areImmutable(
      members.map(({ candidate }) => candidate),
      at,
      linking,
    ),
  };
  return { delivery: { ...rest, digest: digestOf([rest, digests]) }, at };
}

type Hooks = Pick<Delivery, 'check' | 'reload' | 'verify' | 'onVerifyFailure'>;

function hooksOf(spec: DeliveryFields, known: KnownFiles, linking: Linking): Hooks {
  const reload = linkReload(spec.reload, linking);
  const check = linkCheck(
    spec.check,
    spec.files.map(({ value }) => value),
    known,
    linking,
  );
  const { onVerifyFailure } = spec;
  if (onVerifyFailure && !spec.verify)
    linking.report(problemAt(onVerifyFailure, 'warning', 'has no effect: there is no verify that could fail'));
  return {
    ...(check ? { check } : {}),
    reload,
    ...(spec.verify ? { verify: linkVerify(spec.verify, reload, known, linking) } : {}),
    onVerifyFailure: onVerifyFailure?.value ?? 'rollback',
  };
}

function knownFiles({ layout, files }: DeliveryFields, members: readonly Member[]): KnownFiles {
  const entries = layout === 'files' ? members.map(({ candidate }) => knownKeys(candidate.spec)) : [];
  return {
    paths: new Set([...entries.flatMap(({ paths }) => [...paths]), ...files.map(({ value }) => value.path)]),
    isComplete: entries.every(({ isComplete }) => isComplete),
  };
}

interface Member {
  readonly candidate: Candidate;
  readonly at: Located<string>;
}

function membersOf(
  { externalSecrets: names }: DeliveryFields,
  externalSecrets: readonly Candidate[],
  linking: Linking,
): readonly Member[] {
  const { decoded, report } = linking;
  const members = new Map<string, Member>();
  for (const at of names) {
    const candidate = externalSecrets.find(({ name }) => name === at.value);
    if (members.has(at.value)) report(problemAt(at, 'error', `"${at.value}" stands twice in this list`));
    else if (candidate) members.set(at.value, { candidate, at });
    else if (!decoded.ids.has(`ExternalSecret/${at.value}`)) {
      const known = externalSecrets.map(({ name }) => name);
      report(problemAt(at, 'error', `no ExternalSecret "${at.value}" stands in the spec${didYouMean(at.value, known)}`));
    }
  }
  return [...members.values()];
}

/** A key that two members have for sure; what they may get from dataFrom shows at the first refresh. */
function checkKeys(members: readonly Member[], { report }: Linking): ReadonlySet<string> {
  const owners = new Map<string, string>();
  for (const { candidate, at } of members) {
    for (const key of knownKeys(candidate.spec).paths) {
      const owner = owners.get(key);
      if (owner)
        report(
          problemAt(
            at,
            'error',
            `both "${owner}" and "${candidate.name}" have an entry "${key}": rename one, or deliver them apart`,
          ),
        );
      else owners.set(key, candidate.name);
    }
  }
  return new Set(owners.keys());
}

function warnOfAnnotation({ annotations }: Candidate, delivery: string, { report }: Linking): void {
  for (const at of [annotations['keytide.dev/reload-signal'], annotations['keytide.dev/reload-url']])
    if (at) report(problemAt(at, 'warning', `not used: the Delivery "${delivery}" says how to reload`));
}

const quietMs = 1_000;
const longestSettlingMs = 30_000;

/** One external secret has nothing to wait for; several often change together. */
export function settleOf({ quiet, max }: DeliveryFields['settle'], members: number): Delivery['settle'] {
  const usual = members > 1 ? { quietMs, maxMs: longestSettlingMs } : { quietMs: 0, maxMs: 0 };
  const wanted = quiet ?? Math.min(usual.quietMs, max ?? usual.quietMs);
  return { quietMs: wanted, maxMs: max ?? Math.max(wanted === 0 ? 0 : longestSettlingMs, wanted, usual.maxMs) };
}

/** A delivery is published as a whole, so its members must agree. */
export function areImmutable(members: readonly Candidate[], at: Located<unknown>, { report }: Linking): boolean {
  const immutable = members.filter(({ spec }) => spec.target.immutable);
  const [first] = immutable;
  const other = members.find(({ spec }) => !spec.target.immutable);
  if (first && other) {
    const message = `"${first.name}" has target.immutable and "${other.name}" has not: deliver them apart, or give both the same`;
    report(problemAt(at, 'error', message));
  }
  return immutable.length > 0;
}
