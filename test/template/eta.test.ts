import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, render } from './rendering.ts';

test('a template keeps every byte around its tags, line breaks and marks of HTML too', () => {
  assert.equal(render('A=<%= it.a %>\nB=<%= it.b %>\n\n<end>', { a: '<&>"\'', b: '2' }), 'A=<&>"\'\nB=2\n\n<end>');
});

test('a minus at the end of a tag takes the line break after it', () => {
  assert.equal(
    render('<% for (const key in it) { -%>\n<%= key %>: <%= it[key] %>\n<% } -%>\n', { b: '2', a: '1' }),
    'a: 1\nb: 2\n',
  );
});

test('entries are read like fields of an object, in the order of their keys', () => {
  const values = { b: '2', 'tls.crt': 'x', a: '1' };
  assert.equal(render('<%= Object.keys(it).join() %>', values), 'a,b,tls.crt');
  assert.equal(render("<%= it['tls.crt'] %>", values), 'x');
  assert.equal(render("<%= 'a' in it %> <%= 'z' in it %>", values), 'true false');
  assert.equal(render('<%= json({ ...it }) %>', values), '{"a":"1","b":"2","tls.crt":"x"}');
  assert.equal(render('<%= json(it) %>', values), '{"a":"1","b":"2","tls.crt":"x"}');
  assert.equal(render('<%= Object.entries(it).map(([k, v]) => k + v) .join() %>', values), 'a1,b2,tls.crtx');
});

test('odd keys are keys like any other', () => {
  const odd = Object.fromEntries([
    ['constructor', 'c'],
    ['toJSON', 't'],
  ]);
  assert.equal(render('<%= it.constructor %><%= it.toJSON %>', odd), 'ct');
  assert.equal(failureOf('<%= it.__proto__ %>'), 'delivery web, file app.env: line 1, column 8: there is no entry "__proto__"');
});

test('an empty value is a value', () => {
  assert.equal(render('[<%= it.empty %>]', { empty: '' }), '[]');
});

test('a missing key is an error with its place and the nearest key', () => {
  assert.equal(
    failureOf('a: 1\n\n  b: <%= it.pasword %>\n', { password: 'hunter2', user: 'x' }),
    'delivery web, file app.env: line 3, column 13: there is no entry "pasword"; did you mean "password"?',
  );
});

test('a key that was computed from a value is not shown', () => {
  const message = failureOf('<%= it[it.password] %>', { password: 'hunter2' });
  assert.equal(message, 'delivery web, file app.env: line 1, column 7: there is no entry with the key that is computed here');
});

test('a name without it. is told what to write', () => {
  assert.match(failureOf('<%= password %>', { password: 'hunter2' }), /password is not defined; did you mean "it\.password"\?/);
  assert.match(failureOf('<%= shel(it.password) %>', { password: 'hunter2' }), /shel is not defined; did you mean "shell"\?/);
});

test('nothing but text is written', () => {
  assert.equal(render('<%= 1 + 1 %> <%= true %>'), '2 true');
  assert.match(failureOf('<%= undefined %>'), /a value of type undefined is not text/);
  assert.match(failureOf('<%= null %>'), /a value of type null is not text/);
  assert.match(failureOf('<%= it %>'), /a value of type object is not text: write it with json\(\) or yaml\(\)/);
  assert.match(failureOf('<% output({}) %>'), /a value of type object/);
});

test('an entry that is not UTF-8 is an error only when it is used as text', () => {
  const values = { 'key.p12': Uint8Array.of(0xff, 0x00, 0x80), user: 'x' };
  assert.equal(render("<%= it.user %> <%= b64of('key.p12') %> <%= b64of('user') %>", values), 'x /wCA eA==');
  assert.match(
    failureOf("<%= it['key.p12'] %>", values),
    /entry "key\.p12" is not UTF-8 text: write it with b64of\("key\.p12"\)/,
  );
  assert.match(failureOf('<%= json(it) %>', values), /entry "key\.p12" is not UTF-8 text/);
  assert.match(failureOf("<%= b64of('key.p13') %>", values), /no entry "key\.p13"; did you mean "key\.p12"\?/);
});

test('a byte order mark and other invisible text stays', () => {
  assert.equal(render('<%= it.a %>', { a: '\ufeffx\u2028\0' }), '\ufeffx\u2028\0');
  assert.equal(render('a\u2028<%= 1 %>\u2029'), 'a\u20281\u2029');
});

test('mistakes in the code are shown with their place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['a\n<%= it.a b %>', /line 2, column 10: Unexpected identifier 'b'/],
    ['a\n<% if (true) { %>b', /opened in the template \(a brace, a bracket\) is not closed/],
    ['a\n b<%= it.a', /line 2, column 3: unclosed tag/],
    ["\n<%= 'x %>", /line 2, column 5: unclosed string/],
    ['<% \n\n  null.x %>', /line 3, column 8: the code threw TypeError/],
    ['<% x = 1 %>', /line 1, column 6: x is not defined/],
    ['<% it.a = 1 %>', /line 1, column 9: entries and options can not be changed/],
    ["<%= include('other') %>", /line 1, column 5: include\('NAME'\) takes another template of the folder/],
    ['\n<%= capture(() => { %>x\n<% }) %>', /line 2, column \d+: Unexpected token/],
    ["<% layout('other') %>", /line 1, column 4: layout and includeAsync are not there/],
  ];
  for (const [text, message] of cases) assert.match(failureOf(text, { a: '1' }), message, text);
});

test('a comment between /* and */ may hold anything', () => {
  assert.equal(render("a<%/* it's async */%>b<%= it.a // note %>c", { a: '1' }), 'ab1c');
});

test('control flow works across tags', () => {
  const text = "<% if (it.tls === 'on') { -%>\ntls\n<% } else { -%>\nplain\n<% } -%>\n";
  assert.equal(render(text, { tls: 'on' }), 'tls\n');
  assert.equal(render(text, { tls: 'off' }), 'plain\n');
  assert.equal(render('<% const part = capture(() => { %>x<%= it.a %><% }) %>[<%= part %>]', { a: '1' }), '[x1]');
});

test('a refusal that the template catches has a way round', () => {
  assert.equal(render("<% let port; try { port = it.port } catch { port = '5432' } %><%= port %>"), '5432');
});
