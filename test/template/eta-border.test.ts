import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, render } from './rendering.ts';

const canary = 'canary-7f3a9c';

test('no way leads to the process, to modules or to the network', () => {
  const ways = [
    'process.env.PATH',
    'require("node:fs")',
    'globalThis.process.pid',
    "this.constructor.constructor('return process')().pid",
    "it.constructor.constructor('return process')().pid",
    "shell.constructor('return process')().pid",
    "(() => {}).constructor('return process')().pid",
    "Reflect.construct(Function, ['return process'])().pid",
    "eval('process.pid')",
    "fetch('http://127.0.0.1')",
    'new WebAssembly.Module(new Uint8Array(8))',
    "globalThis.constructor.constructor('return process')().pid",
    'arguments.callee.caller',
    "options.constructor.constructor('return process')().pid",
    'Buffer.from("x")',
  ];
  for (const way of ways) failureOf(`<%= ${way} %>`, { constructor: 'x' });
});

test('code that would run later is refused before it runs', () => {
  const codes = [
    "import('node:fs')",
    '(async () => { throw 1 })()',
    '(async/* */() => {})()',
    '(async x => x)(1)',
    '(async function* () {})()',
    '({ async f() {} }).f()',
    '({ async *f() {} }).f()',
    "({ async 'f'() {} }).f()",
    '`$' + '{(async () => {})()}`',
    "/'/; (async () => { throw 1 })(); /'/",
  ];
  for (const code of codes)
    assert.match(failureOf(`<% ${code} %>`), /line 1, column 4: a template can't use (async|import)/, code);
  assert.match(failureOf('<% await 1 %>'), /await is only valid in async functions/);
  assert.match(failureOf('<% Promise.reject(1) %>'), /Promise is not there/);
  assert.match(failureOf('<% new FinalizationRegistry(() => {}) %>'), /FinalizationRegistry is not there/);
});

test('the words async, await and import are harmless in text and as keys', () => {
  const text = 'import(x) async x <%= \'async\' %> <%= "await" %> <%= `import` %> <%= it.import %> <%= ({ async: 1 }).async %>';
  assert.equal(render(text, { import: 'x' }), 'import(x) async x async await import x 1');
});

test('no code is made from strings', () => {
  for (const code of ["eval('1')", "Function('return 1')()", "(() => {}).constructor('return 1')()"]) {
    assert.match(failureOf(`<%= ${code} %>`), /threw EvalError/, code);
  }
});

test('the same entries give the same bytes: no clock, no chance, no locale', () => {
  for (const name of ['Date.now()', 'new Date()', 'Math.random()', 'new Intl.NumberFormat()']) {
    assert.match(failureOf(`<%= ${name} %>`), /the same entries must give the same bytes/, name);
  }
});

test('an endless loop ends at the time limit', () => {
  assert.match(failureOf('<% for (;;) {} %>', {}, { timeoutMs: 50 }), /ran for more than 50 ms/);
  assert.match(failureOf('<% /^(a+)+$/.test("a".repeat(60) + "b") %>', {}, { timeoutMs: 50 }), /ran for more than 50 ms/);
  assert.match(failureOf('<% try { for (;;) {} } finally { for (;;) {} } %>', {}, { timeoutMs: 50 }), /ran for more than/);
});

test('an output without end ends at its bound, before it fills the memory', () => {
  const bound = /line 1, column \d+: the output is longer than 1000 characters/;
  assert.match(failureOf('<% for (;;) { %>x<% } %>', {}, { outputBytes: 1000 }), bound);
  assert.match(failureOf('<% for (;;) output("x") %>', {}, { outputBytes: 1000 }), bound);
  assert.match(failureOf('<%= "x".repeat(2 ** 28) %>', {}, { outputBytes: 1000 }), bound);
  assert.match(failureOf('<%= "\u20ac".repeat(900) %>', {}, { outputBytes: 1000 }), /longer than 1000 bytes/);
  assert.equal(render('<%= "x".repeat(1000) %>', {}, { outputBytes: 1000 }).length, 1000);
});

test('recursion without end is an error of the template', () => {
  assert.match(failureOf('<% const f = () => f(); f() %>'), /the code threw RangeError/);
});

test('what a template does to prototypes stays in its own context', () => {
  render('<% Object.prototype.polluted = 1; Array.prototype.map = null; String.prototype.trim = () => "x" %>');
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual([1].map(String), ['1']);
  assert.equal(' a '.trim(), 'a');
  assert.equal(render('<%= [1].map((x) => x + 1) %>'.replace('%>', '.join() %>')), '2');
});

test('no message shows a value, whatever the template throws', () => {
  const codes = [
    'throw new Error(it.password)',
    'throw it.password',
    'throw { toString: () => it.password, message: it.password, name: it.password, stack: it.password }',
    'JSON.parse(it.password)',
    "const e = new Error('x'); e.name = it.password; e.stack = it.password; throw e",
    'throw new ReferenceError(it.password + " is not defined")',
    'null[it.password]',
    'it[it.password]',
    'it[it.password] = 1',
    'b64of(it.password)',
    'b64dec(it.password)',
    'envName(it.password)',
    'pgpass(it.password + "\\n")',
    'decodeURIComponent("%" + it.password)',
    'new RegExp("(" + it.password)',
    'JSON.stringify = () => it.password; null.x',
    'Error.prototype.toString = () => it.password; throw new Error("x")',
    'globalThis[it.password]()',
    'BigInt(it.password)',
  ];
  for (const code of codes) assert.doesNotMatch(failureOf(`<% ${code} %>`, { password: canary }), /canary/, code);
});

test('stack traces are not for templates to make', () => {
  const code = 'Error.prepareStackTrace = (e, frames) => frames.map((f) => String(f.getThis())).join(); null.x';
  assert.match(failureOf(`<% ${code} %>`), /threw TypeError/);
});
