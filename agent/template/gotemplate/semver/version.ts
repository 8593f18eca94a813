import { GoError } from '../go-error.ts';

/** A semantic version in parts, as Masterminds/semver 3.4 reads it (gotemplate.md 19). */
export interface VersionParts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

const version =
  /^v?(?<major>[0-9]+)(?:\.(?<minor>[0-9]+))?(?:\.(?<patch>[0-9]+))?(?:-(?<prerelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+(?<metadata>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** Missing numbers are 0, and leading zeros are fine but in a prerelease. */
export function parseVersion(text: string): VersionParts {
  const groups = version.exec(text)?.groups;
  if (!groups) throw new GoError('invalid semantic version', 'fixed');
  const numbers = {
    major: segment(groups['major']),
    minor: segment(groups['minor']),
    patch: segment(groups['patch']),
  };
  return { ...numbers, prerelease: checkedPrerelease(groups['prerelease'] ?? ''), metadata: groups['metadata'] ?? '' };
}

function segment(digits = '0'): bigint {
  if (!isUint64(digits)) {
    throw new GoError(`error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`);
  }
  return BigInt(digits);
}

/** What `SetPrerelease` takes, and what a version's text may have. */
export function checkedPrerelease(text: string): string {
  if (text === '') return text;
  for (const identifier of text.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(identifier)) throw new GoError('invalid prerelease string', 'fixed');
    if (/^0[0-9]+$/.test(identifier)) throw new GoError('version segment starts with 0', 'fixed');
  }
  return text;
}

/** What `SetMetadata` takes. */
export function checkedMetadata(text: string): string {
  if (text !== '' && !/^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/.test(text)) throw new GoError('invalid metadata string', 'fixed');
  return text;
}

/** Always three numbers, never a `v`. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: VersionParts): string {
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** Metadata doesn't count; a prerelease comes before its release. */
export function compareVersions(a: VersionParts, b: VersionParts): number {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    order(a.prerelease === '', b.prerelease === '') ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** Identifier by identifier; one that is missing comes first. */
export function comparePrereleases(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const result = compareIdentifiers(left[at] ?? '', right[at] ?? '');
    if (result !== 0) return result;
  }
  return 0;
}

/** Numbers by value and before words; what is too long for 64 bits is a word. */
function compareIdentifiers(a: string, b: string): number {
  if (a === '' || b === '') return order(a, b);
  const [isNumber, isOtherNumber] = [isUint64(a), isUint64(b)];
  if (isNumber && isOtherNumber) return order(BigInt(a), BigInt(b));
  return order(isOtherNumber, isNumber) || order(a, b);
}

/** As strconv.ParseUint takes it. Looks at the length first: a long text is not to become a BigInt. */
function isUint64(text: string): boolean {
  if (!/^[0-9]+$/.test(text)) return false;
  const significant = text.replace(/^0+/, '');
  return significant.length < 20 || (significant.length === 20 && significant <= '18446744073709551615');
}

function order<Value extends bigint | string | boolean>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
