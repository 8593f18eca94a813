import { GoError } from '../go-error.ts';
import { GoInt, type GoMethod, GoObject, type GoValue, int } from '../value.ts';
import {
  checkedMetadata,
  checkedPrerelease,
  compareVersions,
  formatVersion,
  parseVersion,
  type VersionParts,
} from './version.ts';

/** What `semver` returns, and what its `IncMajor` and so on do: those are structs, not pointers. */
export class Semver extends GoObject {
  override readonly type: '*semver.Version' | 'semver.Version';
  override readonly goKind: 'ptr' | 'struct';
  readonly version: VersionParts;
  readonly original: string;

  constructor(goKind: 'ptr' | 'struct', version: VersionParts, original: string) {
    super();
    this.type = goKind === 'ptr' ? '*semver.Version' : 'semver.Version';
    this.goKind = goKind;
    this.version = version;
    this.original = original;
  }

  override text(): string {
    return formatVersion(this.version);
  }

  override json(): string {
    return `"${this.text()}"`;
  }

  override method(name: string): GoMethod | undefined {
    return methods.get(name)?.(this) ?? (this.goKind === 'ptr' ? pointerMethods.get(name)?.(this) : undefined);
  }

  override insides(): readonly (readonly [string, GoValue])[] {
    const { major, minor, patch, prerelease, metadata } = this.version;
    const numbers = Object.entries({ major, minor, patch }).map(([name, value]) => [name, new GoInt('uint64', value)] as const);
    return [...numbers, ['pre', prerelease], ['metadata', metadata], ['original', this.original]];
  }

  override equals(other: GoObject): boolean {
    return this.goKind === 'ptr' ? this === other : this.deepEquals(other);
  }

  override deepEquals(other: GoObject): boolean {
    return other instanceof Semver && other.original === this.original && other.text() === this.text();
  }
}

export function semver(text: string): Semver {
  return new Semver('ptr', parseVersion(text), text);
}

type MethodOf = (self: Semver) => GoMethod;

const methods: ReadonlyMap<string, MethodOf> = new Map<string, MethodOf>([
  ['String', (self) => getter('String() string', self.text())],
  ['Value', (self) => getter('Value() any', self.text())],
  ['Major', (self) => getter('Major() uint64', new GoInt('uint64', self.version.major))],
  ['Minor', (self) => getter('Minor() uint64', new GoInt('uint64', self.version.minor))],
  ['Patch', (self) => getter('Patch() uint64', new GoInt('uint64', self.version.patch))],
  ['Prerelease', (self) => getter('Prerelease() string', self.version.prerelease)],
  ['Metadata', (self) => getter('Metadata() string', self.version.metadata)],
  ['IncMajor', (self) => getter('IncMajor() semver.Version', changed(self, incMajor(self.version)))],
  ['IncMinor', (self) => getter('IncMinor() semver.Version', changed(self, incMinor(self.version)))],
  ['IncPatch', (self) => getter('IncPatch() semver.Version', changed(self, incPatch(self.version)))],
  ['SetPrerelease', (self) => setter(self, 'SetPrerelease', (text) => ({ prerelease: checkedPrerelease(text) }))],
  ['SetMetadata', (self) => setter(self, 'SetMetadata', (text) => ({ metadata: checkedMetadata(text) }))],
]);

/** What Go declares for the pointer: a struct in a template has no address. */
const pointerMethods: ReadonlyMap<string, MethodOf> = new Map<string, MethodOf>([
  ['Original', (self) => getter('Original() string', self.original)],
  ['Compare', (self) => comparison(self, 'Compare', 'int', (order) => int(order))],
  ['LessThan', (self) => comparison(self, 'LessThan', 'bool', (order) => order < 0)],
  ['LessThanEqual', (self) => comparison(self, 'LessThanEqual', 'bool', (order) => order <= 0)],
  ['GreaterThan', (self) => comparison(self, 'GreaterThan', 'bool', (order) => order > 0)],
  ['GreaterThanEqual', (self) => comparison(self, 'GreaterThanEqual', 'bool', (order) => order >= 0)],
  ['Equal', (self) => equality(self)],
]);

function getter(signature: string, value: GoValue): GoMethod {
  return { signature, call: () => value };
}

function setter(self: Semver, name: string, change: (text: string) => Partial<VersionParts>): GoMethod {
  return {
    signature: `${name}(string) semver.Version`,
    call: (text) => changed(self, { ...self.version, ...change(String(text)) }),
  };
}

function comparison(self: Semver, name: string, result: string, read: (order: number) => GoValue): GoMethod {
  return {
    signature: `${name}(*semver.Version) ${result}`,
    call: (other) => {
      if (!(other instanceof Semver))
        throw new GoError('runtime error: invalid memory address or nil pointer dereference', 'fixed');
      return read(compareVersions(self.version, other.version));
    },
  };
}

/** Unlike the comparisons it takes nil. */
function equality(self: Semver): GoMethod {
  return {
    signature: 'Equal(*semver.Version) bool',
    call: (other) => other instanceof Semver && compareVersions(self.version, other.version) === 0,
  };
}

/** Keeps the `v` that the original began with. */
function changed(self: Semver, version: VersionParts): Semver {
  return new Semver('struct', version, (self.original.startsWith('v') ? 'v' : '') + formatVersion(version));
}

const release = { prerelease: '', metadata: '' };

function incMajor({ major }: VersionParts): VersionParts {
  return { ...release, major: next(major), minor: 0n, patch: 0n };
}

function incMinor({ major, minor }: VersionParts): VersionParts {
  return { ...release, major, minor: next(minor), patch: 0n };
}

/** The patch after a prerelease is its release. */
function incPatch({ major, minor, patch, prerelease }: VersionParts): VersionParts {
  return { ...release, major, minor, patch: prerelease === '' ? next(patch) : patch };
}

function next(part: bigint): bigint {
  return BigInt.asUintN(64, part + 1n);
}
