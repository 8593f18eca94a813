import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { printf } from '../../../../agent/template/gotemplate/printing/printf.ts';
import { dict, GoInt, GoList, GoObject, type GoValue, goString, int, list } from '../../../../agent/template/gotemplate/value.ts';

class Version extends GoObject {
  override readonly type = '*semver.Version';
  override readonly goKind = 'ptr';

  override text(): string {
    return '1.2.0';
  }

  override insides(): readonly (readonly [string, GoValue])[] {
    return [
      ['major', new GoInt('uint64', 1n)],
      ['original', 'v1.2'],
    ];
  }
}

class Moment extends GoObject {
  override readonly type = 'time.Time';
  override readonly goKind = 'struct';

  override goSyntax(): string {
    return 'time.Date(2024, time.May)';
  }
}

class Pair extends GoObject {
  override readonly type = 'sprig.certificate';
  override readonly goKind = 'struct';

  override fields(): readonly (readonly [string, GoValue])[] {
    return [
      ['Cert', 'c'],
      ['Key', 'k'],
    ];
  }
}

function format(text: string, ...args: readonly GoValue[]): string {
  return printf(text, args, () => {});
}

test('passes bytes that are no UTF-8, counts each as a rune and escapes it in quotes', () => {
  assert.equal(format('%s|%4s|%.1s|%q|%x', '\xff', '\xff', '\xff\xfe', '\xffa', '\xff'), '\xff|   \xff|\xff|"\\xffa"|ff');
  assert.equal(format('%\xff', 'a'), goString('%!\ufffd(string=a)'));
});

test('counts width and precision in runes', () => {
  assert.equal(format('%4s|%-4s|%.1s|%04s', ...Array(4).fill(goString('éa'))), goString('  éa|éa  |é|00éa'));
});

test('says in the text what is wrong with a format', () => {
  assert.equal(format('%d %d', 'a'), '%!d(string=a) %!d(MISSING)');
  assert.equal(format('%', int(1)), '%!(NOVERB)%!(EXTRA int=1)');
  assert.equal(format('%s', 'a', null, 'b'), 'a%!(EXTRA <nil>, string=b)');
  assert.equal(format('%[2]d %[x]d', int(1)), '%!d(BADINDEX) %!d(BADINDEX)');
  assert.equal(format('%*d %.*d', 'a', int(1), int(-1), int(2)), '%!(BADWIDTH)1 %!(BADPREC)2');
  assert.equal(format('%[]', int(1)), '%!](BADINDEX)');
});

test('gives the whole format up at a width of too many digits', () => {
  assert.equal(format('%99999999d tail', int(1)), '%!(NOVERB)%!(EXTRA int=1)');
  assert.equal(format('%*d', int(1_000_001), int(1)), '%!(BADWIDTH)1');
});

test('takes widths from arguments of any integer type, a negative one as padding on the right', () => {
  assert.equal(
    format('%*d|%-*d|%.*f', new GoInt('uint8', 3n), int(1), int(-3), int(2), new GoInt('int64', 1n), 2.25),
    '  1|2  |2.2',
  );
});

test('applies a verb to all in lists and maps, but shows a nil there as it is', () => {
  assert.equal(format('%03d', list([int(7), 'a', null, list([true])])), '[007 %!d(string=00a) <nil> [%!d(bool=true)]]');
  assert.equal(format('%q', dict([['k', 'v']])), 'map["k":"v"]');
});

test('writes Go syntax', () => {
  const value = dict([
    ['b', list([1.5, null])],
    ['a', new GoInt('uint64', 10n)],
  ]);
  assert.equal(format('%#v', value), 'map[string]interface {}{"a":0xa, "b":[]interface {}{1.5, interface {}(nil)}}');
  assert.equal(format('%#v %v', new GoList('[]string', null), new GoList('[]string', null)), '[]string(nil) []');
});

test('uses the String method for the verbs of strings only', () => {
  assert.equal(format('%v %s %q %x', ...Array(4).fill(new Version())), '1.2.0 1.2.0 "1.2.0" 312e322e30');
  assert.equal(format('%d', new Version()), '&{1 %!d(string=v1.2)}');
  assert.equal(format('%#v', new Version()), '&semver.Version{major:0x1, original:"v1.2"}');
  assert.equal(format('%v %[1]d %[1]q %[1]t', new GoInt('time.Month', 3n)), 'March 3 "March" %!t(time.Month=3)');
  assert.equal(format('%v %v', new GoInt('time.Weekday', 9n), new GoInt('time.Duration', 1500n)), goString('%!Weekday(9) 1.5µs'));
});

test('shows structs by their fields, or in the syntax they have themselves', () => {
  assert.equal(format('%v %+v %#v', ...Array(3).fill(new Pair())), '{c k} {Cert:c Key:k} sprig.certificate{Cert:"c", Key:"k"}');
  assert.equal(format('%#v %T', new Moment(), new Moment()), 'time.Date(2024, time.May) time.Time');
});

test('gives addresses that do not change', () => {
  assert.equal(format('%p', list([])), format('%p', dict()));
  assert.equal(format('%p', 'a'), '%!p(string=a)');
});

test('asks for room before it pads, also for what all elements of a list take together', () => {
  const limited = (size: number): void => {
    if (size > 100_000) throw new LimitExceeded('too much');
  };
  assert.throws(() => printf('%1000000d', [int(1)], limited), LimitExceeded);
  assert.throws(() => printf('%.1000000f', [1.5], limited), LimitExceeded);
  assert.throws(() => printf('%1000000v', [null], limited), LimitExceeded);
  assert.throws(() => printf('%9000d', [list(Array(100).fill(int(1)))], limited), LimitExceeded);
  assert.equal(printf('%100000d', [int(1)], limited).length, 100_000);
  assert.equal(printf('%.1000000s', ['a'], limited), 'a');
});

test('fails for no format', () => {
  const directives = fc.stringMatching(/^(%[-+# 0]{0,3}(\[\d?\])?[\d*]{0,2}(\.[\d*]?)?[a-zA-Z%]|[a-z ]){0,6}$/);
  const args = fc.array(fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.integer().map(int), fc.constant(null)));
  fc.assert(fc.property(directives, args, (text, values) => typeof format(text, ...values) === 'string'));
});
