import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseEnv } from 'node:util';
import { parse as parseDotenv } from 'dotenv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { manyNasty, nasty, reader } from './nasty.ts';
import { failureOf, render } from './rendering.ts';

/** What a template writes for `helper(it.v)`. */
function quote(helper: string, v: string): string {
  return render(`<%= ${helper}(it.v) %>`, { v });
}

/** All of them by one template, joined by `between`. */
function quoteAll(helper: string, texts: readonly string[], between = ''): string {
  const values = Object.fromEntries(texts.map((text, at) => [`v${String(at).padStart(5, '0')}`, text]));
  return render(`<%= Object.keys(it).map((key) => ${helper}(it[key])).join(${JSON.stringify(between)}) %>`, values);
}

function skipWithout<T>(t: TestContext, what: string, value: T | undefined): T | undefined {
  if (value === undefined) t.skip(`needs ${what}`);
  return value;
}

test('b64enc and b64dec are what Buffer makes of it', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const code = Buffer.from(text).toString('base64');
      assert.equal(quote('b64enc', text), code);
      assert.equal(quote('b64dec', code), text);
    }),
  );
  assert.equal(render("<%= b64dec('aGVs\\nbG8=\\n') %>"), 'hello');
});

test('b64dec refuses what is not base64 of text', () => {
  for (const text of ['a', 'a===', 'aGVsbG8', '!!!!', 'aG-_'])
    assert.match(failureOf('<%= b64dec(it.v) %>', { v: text }), /not base64/);
  assert.match(failureOf("<%= b64dec('/w==') %>"), /bytes that are not UTF-8/);
});

test('json is read back by JSON.parse', () => {
  fc.assert(fc.property(nasty, (text) => assert.equal(JSON.parse(quote('json', text)), text)));
  assert.equal(render('<%= json({ a: [1, true, null] }) %>'), '{"a":[1,true,null]}');
});

test('yaml is read back by the yaml package, in YAML 1.1 and 1.2', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const document = `a: ${quote('yaml', text)}\nb: 1\n`;
      assert.deepEqual(parse(document), { a: text, b: 1 });
      assert.deepEqual(parse(document, { version: '1.1' }), { a: text, b: 1 });
    }),
  );
});

test('yaml is one line of printable text, whatever is in it', () => {
  const printable = /^"[^\p{Cc}\u2028\u2029\ufeff]*"$/u;
  fc.assert(fc.property(nasty, (text) => assert.match(quote('yaml', text), printable)));
});

test('yaml is read back by PyYAML', (t) => {
  const texts = manyNasty(500);
  const script = `import json, sys
try:
    import yaml
except ImportError:
    sys.exit(77)
print(json.dumps(yaml.safe_load(open('x.yaml', encoding='utf-8'))))`;
  const output = skipWithout(
    t,
    'python3 with PyYAML',
    reader(['python3', '-c', script], { 'x.yaml': `- ${quoteAll('yaml', texts, '\n- ')}\n` }),
  );
  if (output) assert.deepEqual(JSON.parse(output.toString()), texts);
});

/** Whether quotes of a dotenv file can hold it (agent/template/quoting/dotenv.ts). */
function fitsDotenv(text: string): boolean {
  return !/[\0\r]/.test(text) && !(/'/.test(text) && /`/.test(text) && /["\\]/.test(text));
}

test("dotenv is read back by Node and npm's dotenv", () => {
  fc.assert(
    fc.property(fc.array(nasty.filter(fitsDotenv), { minLength: 1, maxLength: 4 }), (texts) => {
      const file = texts.map((text, at) => `V${at}=${quote('dotenv', text)}\n`).join('');
      const entries = Object.fromEntries(texts.map((text, at) => [`V${at}`, text]));
      assert.deepEqual({ ...parseEnv(file) }, entries);
      assert.deepEqual({ ...parseDotenv(file) }, entries);
    }),
    { numRuns: 500 },
  );
});

test('dotenv takes the quotes that change nothing', () => {
  const cases = [
    ['plain', "'plain'"],
    ['a\\nb "c" $d `e`', '\'a\\nb "c" $d `e`\''],
    ["it's", '"it\'s"'],
    ["it's \\n", "`it's \\n`"],
    ["it's $5", "`it's $5`"],
    ['it\'s "x"', '`it\'s "x"`'],
    ["it's `x`", '"it\'s `x`"'],
    ["it's `$5`", '"it\'s `$5`"'],
    ['a\\', 'a\\'],
    ['a b#\\', "'a b#\\' #'."],
    ["it's #\\", "`it's #\\` #`."],
    ['a\'b`c"d', 'a\'b`c"d'],
  ];
  for (const [text = '', quoted] of cases) {
    assert.equal(quote('dotenv', text), quoted);
    assert.equal(parseEnv(`A=${quoted}`)['A'], text);
    assert.equal(parseDotenv(`A=${quoted}\nB='#'`)['A'], text);
  }
});

test('dotenv in single quotes is read back by python-dotenv, but for doubled or last backslashes', (t) => {
  const texts = manyNasty(300, (text) => fitsDotenv(text) && !/['\\]|\$\{/.test(text));
  const script = `import json, sys
try:
    from dotenv import dotenv_values
except ImportError:
    sys.exit(77)
print(json.dumps(list(dotenv_values('x.env', encoding='utf-8').values())))`;
  const lines = quoteAll('dotenv', texts, '\0').split('\0');
  const file = lines.map((line, at) => `V${at}=${line}\n`).join('');
  const output = skipWithout(t, 'python3 with python-dotenv', reader(['python3', '-c', script], { 'x.env': file }));
  if (output) assert.deepEqual(JSON.parse(output.toString()), texts);
});

test('dotenv and envName refuse what the format can not hold', () => {
  assert.match(failureOf('<%= dotenv(it.v) %>', { v: 'a\0' }), /can not hold a NUL/);
  assert.match(failureOf('<%= dotenv(it.v) %>', { v: 'a\r\n' }), /carriage return/);
  assert.match(failureOf('<%= dotenv(it.v) %>', { v: '\'`"' }), /can not hold a value with '/);
  for (const key of ['', '1a', 'tls.crt', 'a-b', 'ä', 'A B', 'A\n'])
    assert.match(failureOf('<%= envName(it.v) %>', { v: key }), /not the name/);
  assert.equal(quote('envName', '_Ab9'), '_Ab9');
});

for (const program of ['sh', 'bash', 'dash']) {
  test(`shell is read back by ${program}`, (t) => {
    const texts = manyNasty(500, (text) => !text.includes('\0'));
    const script = `printf '%s\\0' ${quoteAll('shell', texts, ' ')}\n`;
    const output = skipWithout(t, program, reader([program, 'x.sh'], { 'x.sh': script }));
    if (output) assert.deepEqual(output.toString().split('\0').slice(0, -1), texts);
  });
}

test('shell refuses a NUL', () => {
  assert.match(failureOf('<%= shell(it.v) %>', { v: 'a\0' }), /can not hold a NUL/);
});

test('properties are read back by java.util.Properties, keys and values', (t) => {
  const source = `import java.io.*; import java.nio.charset.StandardCharsets; import java.util.*;
public class Read { public static void main(String[] args) throws Exception {
  Properties all = new Properties();
  try (InputStream in = new FileInputStream("x.properties")) { all.load(in); }
  PrintStream out = new PrintStream(System.out, false, "UTF-8");
  for (String key : all.stringPropertyNames()) out.print(key + "\\u0001" + all.getProperty(key) + "\\u0002");
  out.flush();
} }`;
  const usable = manyNasty(500, (text) => !text.includes('\u0001') && !text.includes('\u0002')).map((text, at) => `${text}${at}`);
  const keys = quoteAll('propertiesKey', usable, '\u0001').split('\u0001');
  const values = quoteAll('properties', usable, '\u0001').split('\u0001');
  const file = keys.map((key, at) => `${key}=${values[at]}\n`).join('');
  assert.match(file, /^[\n -~]*$/); // Readers in ISO 8859-1 and in UTF-8 see the same.
  const output = skipWithout(t, 'java', reader(['java', 'Read.java'], { 'x.properties': file, 'Read.java': source }));
  if (!output) return;
  const pairs = output.toString().split('\u0002').slice(0, -1);
  assert.deepEqual(pairs.toSorted(), usable.map((text) => `${text}\u0001${text}`).toSorted());
});

test('url is read back from any part of a URL', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const code = quote('url', text);
      assert.match(code, /^[A-Za-z0-9\-._~%]*$/);
      assert.equal(decodeURIComponent(code), text);
      assert.equal(new URL(`x://h/?q=${code}`).searchParams.get('q'), text);
      assert.equal(decodeURIComponent(new URL(`x://u:${code}@h/`).password), text);
    }),
  );
});

test('pgpass is read back by libpq', (t) => {
  const texts = manyNasty(200, (text) => text !== '' && !/[\0\r\n]/.test(text));
  const script = `import ctypes, ctypes.util, json, sys
name = ctypes.util.find_library('pq')
if name is None:
    sys.exit(77)
pq = ctypes.CDLL(name)
pq.PQconnectStartParams.restype = ctypes.c_void_p
pq.PQpass.restype = ctypes.c_char_p
pq.PQpass.argtypes = pq.PQfinish.argtypes = [ctypes.c_void_p]
def password(host):
    names = (ctypes.c_char_p * 6)(b'host', b'port', b'dbname', b'user', b'passfile', None)
    values = (ctypes.c_char_p * 6)(host.encode(), b'1', b'd', b'u', b'x.pgpass', None)
    connection = pq.PQconnectStartParams(names, values, 0)
    found = pq.PQpass(connection)
    pq.PQfinish(connection)
    return found.decode() if found is not None else None
print(json.dumps([password('/h%d' % at) for at in range(int(sys.argv[1]))]))`;
  const file = texts.map((text, at) => `/h${at}:1:d:u:${quote('pgpass', text)}\n`).join('');
  const output = skipWithout(
    t,
    'python3 and libpq',
    reader(['python3', '-c', script, String(texts.length)], { 'x.pgpass': file }),
  );
  if (output) assert.deepEqual(JSON.parse(output.toString()), texts);
});

test('pgpass refuses what would end the line', () => {
  for (const v of ['a\nb', 'a\r', '\0']) assert.match(failureOf('<%= pgpass(it.v) %>', { v }), /line break or a NUL/);
});

test('half a character is refused where bytes are made of it', () => {
  for (const helper of ['b64enc', 'url', 'yaml']) {
    assert.match(failureOf(`<%= ${helper}(it.v.slice(0, 1)) %>`, { v: '\u{1f600}' }), /half a character/, helper);
  }
});

test('the text helpers say what they take', () => {
  assert.equal(render('<%= shell(5) %>'), "'5'");
  assert.match(failureOf('<%= shell({}) %>'), /shell\(\) takes text, not a value of type object/);
  assert.match(failureOf('<%= url(undefined) %>'), /url\(\) takes text, not a value of type undefined/);
});
