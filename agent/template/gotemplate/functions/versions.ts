import { parseConstraint } from '../semver/constraint.ts';
import { semver } from '../semver/semver-value.ts';
import { parseVersion } from '../semver/version.ts';
import type { FunctionFamily } from './family.ts';

/** Semantic versions (gotemplate.md 12.12, 19). */
export const functions: FunctionFamily<'versions'> = (world) => ({
  semver,
  semverCompare: (constraint, version) => {
    const isSatisfiedBy = parseConstraint(constraint, world.spend);
    return isSatisfiedBy(parseVersion(version));
  },
});
