import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathConflict, pathProblem } from '../../agent/core/file-path.ts';

test('paths that Secret keys make are fine', () => {
  for (const path of [
    'password',
    '.dockerconfigjson',
    'tls.crt',
    'a_b-c.D',
    'conf/app.env',
    'a/b/c',
    '-',
    'a'.repeat(255),
    `${'a/'.repeat(31)}a`,
  ]) {
    assert.equal(pathProblem(path), undefined, path);
  }
});

test('a path that could leave the directory, hide, or surprise a shell is refused', () => {
  const bad = ['', '/', '/etc/passwd', 'a/', 'a//b', '.', '..', 'a/..', '../a', './a', '..data', '..x', 'a/..b'];
  const strange = [
    'a b',
    'a\n',
    'ä',
    'a\0',
    '$(x)',
    'a\\b',
    'a'.repeat(256),
    `${'a/'.repeat(32)}a`,
    `${`${'a'.repeat(250)}/`.repeat(4)}${'a'.repeat(21)}`,
  ];
  for (const path of [...bad, ...strange]) assert.notEqual(pathProblem(path), undefined, JSON.stringify(path));
});

test('whatever is accepted stays below the directory', () => {
  const segment = fc.oneof(fc.constantFrom('.', '..', '', '...', 'a', '~', '\0'), fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
      const path = segments.join('/');
      if (pathProblem(path) !== undefined) return;
      assert.equal(new URL(path, 'file:///d/').pathname, `/d/${path}`);
    }),
  );
});

test('a path given twice, or both file and directory, is named', () => {
  assert.equal(pathConflict(['a', 'b/c', 'b/d']), undefined);
  assert.equal(pathConflict(['a', 'a'])?.path, 'a');
  assert.match(pathConflict(['a/b/c', 'a'])?.problem ?? '', /is a file, and the directory of "a\/b\/c"/);
  assert.equal(pathConflict(['a', 'ab/c', 'a.b/c']), undefined);
});
