import type { ObjectRef } from '../../core/object-ref.ts';
import type { AwsConfig } from './config.ts';

/** Which refs one remote object answers: every object is asked for once, however many refs name it. */
export interface Wanted<T> {
  readonly object: T;
  readonly refs: readonly ObjectRef[];
}

/** A secret's value at one version. */
export interface SecretVersion {
  readonly id: string;
  readonly selector: { readonly VersionId: string } | { readonly VersionStage: string };
}

export interface SecretRequests {
  readonly current: readonly Wanted<string>[];
  readonly pinned: readonly Wanted<SecretVersion>[];
  readonly tags: readonly Wanted<string>[];
}

/** Up to so many secrets are read one by one: the quota of single reads is a hundred times that of batches (aws.md 2.6). */
export const fewSecrets = 3;
/** Limits of BatchGetSecretValue and GetParameters. */
export const secretBatch = 20;
export const parameterBatch = 10;

/** Names and versions as eso.md 2.4 has them: prefix + key; `uuid/ID` is a version's id, anything else a staging label. */
export function secretRequests({ prefix }: Pick<AwsConfig, 'prefix'>, refs: readonly ObjectRef[]): SecretRequests {
  const values = refs.filter((ref) => ref.kind === 'value');
  const isCurrent = ({ version }: ObjectRef): boolean => version === '' || version === 'AWSCURRENT';
  const nameOf = ({ key }: ObjectRef): string => prefix + key;
  return {
    current: grouped(values.filter(isCurrent), nameOf),
    pinned: grouped(
      values.filter((ref) => !isCurrent(ref)),
      (ref) => ({ id: nameOf(ref), selector: selectorOf(ref.version) }),
    ),
    tags: grouped(
      refs.filter((ref) => ref.kind === 'metadata'),
      nameOf,
    ),
  };
}

function selectorOf(version: string): SecretVersion['selector'] {
  return version.startsWith('uuid/') ? { VersionId: version.slice('uuid/'.length) } : { VersionStage: version };
}

export interface ParameterRequests {
  /** Names with their selector, such as `/app/db:3`. */
  readonly values: readonly Wanted<string>[];
  readonly tags: readonly Wanted<string>[];
}

/** prefix + key, and `:version` where there is one (eso.md 2.5). */
export function parameterRequests(config: Pick<AwsConfig, 'prefix'>, refs: readonly ObjectRef[]): ParameterRequests {
  const nameOf = ({ key, version }: ObjectRef): string => `${config.prefix}${key}${version === '' ? '' : `:${version}`}`;
  return {
    values: grouped(
      refs.filter((ref) => ref.kind === 'value'),
      nameOf,
    ),
    tags: grouped(
      refs.filter((ref) => ref.kind === 'metadata'),
      nameOf,
    ),
  };
}

/** Lists of at most `size`, in order. */
export function inBatches<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}

function grouped<T>(refs: readonly ObjectRef[], objectOf: (ref: ObjectRef) => T): readonly Wanted<T>[] {
  const wanted = new Map<string, { readonly object: T; readonly refs: ObjectRef[] }>();
  for (const ref of refs) {
    const object = objectOf(ref);
    const id = JSON.stringify(object);
    const known = wanted.get(id);
    if (known) known.refs.push(ref);
    else wanted.set(id, { object, refs: [ref] });
  }
  return [...wanted.values()];
}
