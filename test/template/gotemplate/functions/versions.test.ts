import assert from 'node:assert/strict';
import test from 'node:test';
import { functions } from '../../../../agent/template/gotemplate/functions/versions.ts';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { Semver } from '../../../../agent/template/gotemplate/semver/semver-value.ts';
import type { GoValue } from '../../../../agent/template/gotemplate/value.ts';

const world = {
  now: () => 0,
  randomBytes: (count: number) => new Uint8Array(count),
  room: () => {},
  spend: (steps: number) => {
    if (steps > 1e8) throw new LimitExceeded('too many steps');
  },
};
const { semver, semverCompare } = functions(world);
const text = (value: GoValue | undefined) => (value instanceof Semver ? value.text() : value);

test('a version is a pointer with Go methods, and what they make is a struct without those of the pointer', () => {
  const version = semver('v1.2.3-rc.1+build');
  assert.equal(version.type, '*semver.Version');
  assert.equal(version.text(), '1.2.3-rc.1+build');
  const next = version.method('IncMinor')?.call();
  assert.ok(next instanceof Semver);
  assert.equal(next.type, 'semver.Version');
  assert.equal(next.text(), '1.3.0');
  assert.equal(next.original, 'v1.3.0');
  assert.equal(next.method('Original'), undefined);
  assert.equal(text(version.method('IncPatch')?.call()), '1.2.3');
  assert.equal(text(version.method('SetPrerelease')?.call('a.0')), '1.2.3-a.0+build');
  assert.throws(() => version.method('SetMetadata')?.call('a..b'), { message: 'invalid metadata string' });
});

test('pointers are equal when they are the same, structs when they hold the same', () => {
  const version = semver('1.2.3');
  assert.equal(version.equals(semver('1.2.3')), false);
  const [a, b] = [version.method('IncMajor')?.call(), semver('1.9.0').method('IncMajor')?.call()];
  assert.ok(a instanceof Semver && b instanceof Semver && a.equals(b));
});

test('a comparison with nil is the panic of Go, equality with it is false', () => {
  const version = semver('1.2.3');
  assert.throws(() => version.method('Compare')?.call(null), /nil pointer dereference/);
  assert.equal(version.method('Equal')?.call(null), false);
});

test('numbers have 64 bits, and the number after the last is 0', () => {
  assert.equal(text(semver('18446744073709551615.1').method('IncMajor')?.call()), '0.0.0');
  assert.throws(() => semver('18446744073709551616'), {
    message: 'error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range',
  });
});

test('a constraint that is no constraint is quoted as it stands', () => {
  assert.throws(() => semverCompare('1.2.3.4', '1'), { message: 'improper constraint: 1.2.3.4' });
  assert.throws(() => semverCompare('>1 || ', '1'), { message: 'improper constraint:  ' });
  assert.throws(() => semverCompare('1|2', '1'), { message: 'constraint parser error' });
});

test('a hostile constraint ends soon', () => {
  assert.throws(() => semverCompare(`1${' '.repeat(100_000)}!`, '1'), /improper constraint/);
  assert.throws(() => semverCompare(`${'1.2.3-a.b+c '.repeat(10_000)}!`, '1'), /improper constraint/);
  assert.throws(() => semverCompare(`${'1'.repeat(100_000)} - `, '1'), LimitExceeded);
});
