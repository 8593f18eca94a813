import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionNames } from '../../../agent/template/gotemplate/functions/load.ts';
import { LimitExceeded } from '../../../agent/template/gotemplate/go-error.ts';
import { compileGoTemplate } from '../../../agent/template/gotemplate/template.ts';
import { GoMap } from '../../../agent/template/gotemplate/value.ts';
import { failureOf, run } from './run.ts';

test('values are bytes: what is no UTF-8 goes through, and lengths count bytes', async () => {
  const template = await compileGoTemplate('{{ len .v }} {{ .v }} {{ printf "%x" .v }}', 't');
  const root = new GoMap('map[string]string', [['v', '\xff\x00\xc3\xa9']]);
  assert.equal(template.execute(root, { now: () => 0, randomBytes: () => new Uint8Array() }), '4 \xff\x00\xc3\xa9 ff00c3a9');
});

test('an error of parsing is told with line and column of the word that is wrong', async () => {
  const { message, place } = await failureOf('a\n  {{ .b | nope }}');
  assert.equal(message, 'template: t:2: function "nope" not defined');
  assert.deepEqual(place, { line: 2, column: 10 });
});

test('an error of running names the innermost body and its node', async () => {
  const { message } = await failureOf('{{define "in"}}x{{.a.b}}{{end}}\n{{template "in" .}}', { data: { a: '1' } });
  assert.equal(message, 'template: t:1:20: executing "in" at <.a.b>: can\'t evaluate field b in type string');
});

test('a method that Go gives several results is refused with its signature, as a hidden field is', async () => {
  const cases: Readonly<Record<string, RegExp>> = {
    '{{ now.Date }}': /at <now>: function Date has 3 return values; should be 1 or 2$/,
    '{{ now.Zone }}': /at <now>: invalid function signature for Zone: second return value should be error; is int$/,
    '{{ now.wall }}': /at <now>: wall is an unexported field of struct type time\.Time$/,
    '{{ (semver "1.2.3").major }}': /major is an unexported field of struct type \*semver\.Version$/,
    '{{ now.Month.Name }}': /can't evaluate field Name in type time\.Month$/,
  };
  for (const [source, message] of Object.entries(cases)) assert.match((await failureOf(source)).message, message);
  assert.equal(
    await run('{{ now.Month.String }} {{ (now.Sub now).Hours }} {{ printf "%d" (semver "1.2.3-a") }}'),
    'January 0 &{1 2 3 %!d(string=a) %!d(string=) %!d(string=1.2.3-a)}',
  );
});

test('what an operator is shown has no value in it', async () => {
  const data = { secret: 'hunter2', word: 'swordfish' };
  const cases: Readonly<Record<string, RegExp>> = {
    '{{ fail .secret }}': /^<fail \.secret>: error calling fail$/,
    '{{ $x := "" }}{{ fail .secret }}hunter2': /^<fail \.secret>: error calling fail$/,
    '{{ fail "no user" }}': /^<fail "no user">: error calling fail: no user$/,
    '{{ range (atoi .secret | toString | printf "%s%s" .secret) }}{{ end }}': /^<[^>]*>: range can't iterate over this value$/,
    '{{ mustRegexMatch .secret "(" | ternary 1 2 }}{{ mustRegexMatch (print "(" .secret) "x" }}': /error calling mustRegexMatch$/,
    '{{ mustFromJson .secret }}': /error calling mustFromJson$/,
    '{{ .nope }}': /^<\.nope>: map has no entry for key "nope"$/,
  };
  for (const [source, shown] of Object.entries(cases)) {
    const { reason } = await failureOf(source, { data });
    assert.match(reason, shown, source);
    assert.doesNotMatch(reason, /hunter2|swordfish/);
  }
});

test('other delimiters are taken, and then the usual ones are text', async () => {
  assert.equal(
    await run('<<.a>> {{.a}} <<- "x" ->>\n y', { data: { a: '1' }, options: { delimiters: ['<<', '>>'] } }),
    '1 {{.a}}xy',
  );
});

test('a template that only prints what it is given is repeatable, one that makes things up is not', async () => {
  const isRepeatable = async (source: string): Promise<boolean> => (await compileGoTemplate(source, 't')).isRepeatable;
  assert.ok(await isRepeatable('{{ .a | upper | b64enc }}{{ printf "%d" 1 }}'));
  for (const call of ['randAlphaNum 3', 'uuidv4', 'now', 'bcrypt "x"', 'genPrivateKey "ed25519"', 'pemToPkcs12 "a" "b"']) {
    assert.ok(!(await isRepeatable(`{{ ${call} }}`)), call);
  }
});

test('chance and the clock are what the caller gives: the same again for the same', async () => {
  const source = '{{ randAlphaNum 12 }} {{ uuidv4 }} {{ now | date "2006-01-02 15:04:05" }} {{ shuffle "abcdefgh" }}';
  const first = await run(source);
  assert.equal(await run(source), first);
  assert.match(first, /^[A-Za-z0-9]{12} [-0-9a-f]{36} 2026-01-02 03:04:05 [a-h]{8}$/);
});

test('every function of the table has its module', async () => {
  for (const name of functionNames()) {
    const failure = await compileGoTemplate(`{{ ${name} }}`, 't').then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.equal(failure, undefined, name);
  }
  assert.ok(functionNames().length >= 227);
});

const tooMuch: Readonly<Record<string, [source: string, message: RegExp]>> = {
  'loops long': ['{{ range until 3000 }}{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}{{ end }}', /steps|ms/],
  'counts far': ['{{ range 9000000000 }}{{ end }}', /steps|ms/],
  'repeats a text': ['{{ repeat 2000000000 "x" }}', /larger than/],
  'prints without end': ['{{ define "a" }}0123456789{{ end }}{{ range until 200000 }}{{ template "a" }}{{ end }}', /larger than/],
  'pads far': ['{{ printf "%900000d%900000d" 1 2 }}', /larger than/],
  'lists many numbers': ['{{ len (until 2000000000) }}', /larger than/],
  'doubles a text': ['{{ $x := "0123456789" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}', /larger than/],
  'doubles a list': ['{{ $x := list 1 }}{{ range until 40 }}{{ $x = concat $x $x }}{{ end }}', /larger than|steps|ms/],
};
for (const [what, [source, message]] of Object.entries(tooMuch)) {
  test(`a template that ${what} is stopped`, async () => {
    await assert.rejects(run(source), (error) => error instanceof LimitExceeded && message.test(error.message));
  });
}

test('making keys has time of its own', async () => {
  const source = '{{ range until 3 }}{{ (genCA "x" 1).Cert | len }} {{ end }}{{ range until 5000 }}{{ end }}';
  assert.match(await run(source, { limits: { timeoutMs: 150 } }), /^\d+ \d+ \d+ $/);
  await assert.rejects(
    run('{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}', { limits: { timeoutMs: 20 } }),
    /20 ms/,
  );
});

test('a template that calls itself without end fails as in Go, without using up the stack', async () => {
  const { message } = await failureOf(
    '{{define "a"}}{{if true}}{{range 1}}{{template "a"}}{{end}}{{end}}{{end}}{{template "a"}}',
  );
  assert.match(message, /executing "a" at <\{\{template "a"\}\}>: exceeded maximum template depth \(100000\)$/);
});

test('a template that nests without end is refused, whatever it nests', async () => {
  for (const source of [
    `${'{{if true}}'.repeat(100_000)}${'{{end}}'.repeat(100_000)}`,
    `{{${'('.repeat(100_000)}1${')'.repeat(100_000)}}}`,
    `${'{{block "a" .}}'.repeat(100_000)}${'{{end}}'.repeat(100_000)}`,
    `{{if true}}${'{{else if true}}'.repeat(100_000)}{{end}}`,
  ]) {
    await assert.rejects(run(source), /nests deeper than \d+ levels/);
  }
});

test('as deep as the limits allow is no trouble, in every direction at once', async () => {
  const deep = 490;
  const outer = `${'{{range 1}}'.repeat(390)}{{template "a"}}${'{{end}}'.repeat(390)}`;
  const calls = `{{${'(default 1 '.repeat(245)}1${')'.repeat(245)}}}`;
  for (const inner of [
    calls,
    `${'{{range 1}}'.repeat(245)}${calls}${'{{end}}'.repeat(245)}`,
    `{{${'(default 1 '.repeat(deep)}1${')'.repeat(deep)}}}`,
  ]) {
    assert.equal(await run(`{{define "a"}}${inner}{{end}}${outer}`), '1');
  }
  assert.equal(await run(`${'{{with 1}}'.repeat(deep)}x${'{{end}}'.repeat(deep)}`), 'x');
  assert.equal(await run(`{{${'('.repeat(deep)}1${')'.repeat(deep)}}}`), '1');
  const value = `{{ $x := list 1 }}{{ range until ${deep} }}{{ $x = list $x }}{{ end }}{{ $x }}`;
  assert.equal((await run(value)).length, 2 * deep + 3);
});
