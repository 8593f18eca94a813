import { GoError } from '../go-error.ts';
import { comparePrereleases, compareVersions, parseVersion, type VersionParts } from './version.ts';

/** `1.2.x`: what it is compared with, and how much of it was written. */
interface Bound {
  readonly version: VersionParts;
  /** The first part that is missing or a wildcard; `none` when all three are numbers. */
  readonly open: 'major' | 'minor' | 'patch' | 'none';
}

type Check = (version: VersionParts, bound: Bound) => boolean;

const spaces = '[\\t\\n\\f\\r ]';
const operator = '(?:=>|=<|=|!=|>=|>|<=|<|~>|~|\\^)';
/** The `|` inside is theirs: `1|2` is a version to the expression, and refused later. */
const number = '[0-9|xX*]+';
const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const bound = `v?${number}(?:\\.${number})?(?:\\.${number})?(?:-${identifiers})?(?:\\+${identifiers})?`;
const single = `(?:${operator}${spaces}*)?${bound}`;

/** One meaning for each run of spaces, so that no text makes it try them all. */
const conjunction = new RegExp(
  `^${spaces}*(?!${spaces})${single}(?:(?:${spaces}+(?!${spaces})(?:,${spaces}*)?|,${spaces}*)(?!${spaces})${single})*${spaces}*$`,
);
const constraint = new RegExp(single, 'g');
const parts = new RegExp(
  `^(?<operator>${operator}?)${spaces}*(?<text>v?(?<major>${number})(?:\\.(?<minor>${number}))?(?:\\.(?<patch>${number}))?(?<prerelease>-${identifiers})?(?:\\+${identifiers})?)$`,
);
const range = new RegExp(`${spaces}*(?<from>${bound})${spaces}+-${spaces}+(?<to>${bound})${spaces}*`, 'g');

/** Whether `version` satisfies `text`, by the rules of Masterminds/semver 3.4 (gotemplate.md 19), which are not npm's. */
export function parseConstraint(text: string, spend: (steps: number) => void): (version: VersionParts) => boolean {
  const alternatives = withoutRanges(text, spend).split('||').map(parseConjunction);
  return (version) => alternatives.some((check) => check(version));
}

/** `1.2 - 2.3` is `>= 1.2, <= 2.3`. Each range replaces the first text that is like it, which may be another one. */
function withoutRanges(text: string, spend: (steps: number) => void): string {
  if (!new RegExp(`${spaces}-${spaces}`).test(text)) return text;
  spend(text.length ** 2);
  return [...text.matchAll(range)].reduce(
    (all, { 0: whole, groups }) => all.replace(whole, () => `>= ${groups?.['from']}, <= ${groups?.['to']} `),
    text,
  );
}

function parseConjunction(text: string): (version: VersionParts) => boolean {
  if (!conjunction.test(text)) throw new GoError(`improper constraint: ${text}`);
  const checks = [...text.matchAll(constraint)].map(([each]) => parseSingle(each));
  const takesPrereleases = checks.some(({ bound }) => bound.version.prerelease !== '');
  return (version) =>
    (version.prerelease === '' || takesPrereleases) && checks.every(({ check, bound }) => check(version, bound));
}

function parseSingle(text: string): { readonly check: Check; readonly bound: Bound } {
  const groups = parts.exec(text)?.groups ?? {};
  const check = checks.get(groups['operator'] ?? '');
  if (!check) throw new GoError(`improper constraint: ${text}`);
  const open = openPart(groups['major'], groups['minor'], groups['patch']);
  const prerelease = groups['prerelease'] ?? '';
  const written = {
    major: `0.0.0${prerelease}`,
    minor: `${groups['major']}.0.0${prerelease}`,
    patch: `${groups['major']}.${groups['minor']}.0${prerelease}`,
    none: groups['text'] ?? '',
  }[open];
  try {
    return { check, bound: { version: parseVersion(written), open } };
  } catch {
    throw new GoError('constraint parser error', 'fixed');
  }
}

function openPart(major: string | undefined, minor: string | undefined, patch: string | undefined): Bound['open'] {
  if (isOpen(major)) return 'major';
  if (isOpen(minor)) return 'minor';
  return isOpen(patch) ? 'patch' : 'none';
}

function isOpen(part: string | undefined): boolean {
  return part === undefined || /^[xX*]$/.test(part);
}

/** `~1.2.3` is below 1.3, `~1` below 2. `~0.0.0` and `~*` are every version that isn't below. */
const isAbout: Check = (version, { version: least, open }) => {
  if (compareVersions(version, least) < 0) return false;
  if (isZero(least) && open !== 'minor' && open !== 'patch') return true;
  return version.major === least.major && (version.minor === least.minor || open === 'minor');
};

function isZero({ major, minor, patch }: VersionParts): boolean {
  return major === 0n && minor === 0n && patch === 0n;
}

/** The first number that isn't 0 stays as it is. */
const isCompatible: Check = (version, { version: least, open }) => {
  if (compareVersions(version, least) < 0) return false;
  if (least.major > 0n || open === 'minor') return version.major === least.major;
  if (version.major > 0n) return false;
  if (least.minor > 0n || open === 'patch') return version.minor === least.minor;
  return version.minor === 0n && version.patch === least.patch;
};

const isEqual: Check = (version, bound) =>
  bound.open === 'none' ? compareVersions(version, bound.version) === 0 : isAbout(version, bound);

/** `!=1.2` excludes all of 1.2, but takes a prerelease of it for another version. `!=*` excludes 0.0.0. */
const isOther: Check = (version, { version: other, open }) => {
  if (open === 'none' || open === 'major') return compareVersions(version, other) !== 0;
  if (version.major !== other.major) return true;
  if (open === 'minor') return false;
  return version.minor !== other.minor || comparePrereleases(version.prerelease, other.prerelease) !== 0;
};

/** `>1.2` begins at 1.3. */
const isAbove: Check = (version, { version: other, open }) => {
  if (open === 'none' || open === 'major') return compareVersions(version, other) > 0;
  if (version.major !== other.major) return version.major > other.major;
  return open === 'patch' && version.minor > other.minor;
};

/** `<=1.2` ends with the last 1.2. */
const isAtMost: Check = (version, { version: other, open }) => {
  if (open === 'none') return compareVersions(version, other) <= 0;
  if (version.major !== other.major) return version.major < other.major;
  return open === 'minor' || version.minor <= other.minor;
};

const isBelow: Check = (version, { version: other }) => compareVersions(version, other) < 0;
const isAtLeast: Check = (version, { version: other }) => compareVersions(version, other) >= 0;

const checks: ReadonlyMap<string, Check> = new Map([
  ['', isEqual],
  ['=', isEqual],
  ['!=', isOther],
  ['>', isAbove],
  ['<', isBelow],
  ['>=', isAtLeast],
  ['=>', isAtLeast],
  ['<=', isAtMost],
  ['=<', isAtMost],
  ['~', isAbout],
  ['~>', isAbout],
  ['^', isCompatible],
]);
