import assert from 'node:assert/strict';
import test from 'node:test';
import { compileRegexp } from '../../agent/core/re2.ts';
import { type StoreCondition, storeAllows } from '../../agent/core/store-conditions.ts';

const allows = (conditions: readonly StoreCondition[], name: string, labels: Record<string, string> = {}) =>
  storeAllows(conditions, { name, labels });

test('a store without conditions serves every namespace', () => {
  assert.equal(allows([], 'any'), true);
});

test('names are exact, regular expressions are unanchored', () => {
  assert.equal(allows([{ namespaces: ['a'] }], 'ab'), false);
  assert.equal(allows([{ namespaces: ['a'] }], 'a'), true);
  assert.equal(allows([{ namespaceRegexes: [compileRegexp('prod')] }], 'preprod-1'), true);
  assert.equal(allows([{ namespaceRegexes: [compileRegexp('^prod$')] }], 'preprod-1'), false);
});

test('elements are alternatives, and so are the members of one element', () => {
  const selector = { matchLabels: { team: 'x' } };
  assert.equal(allows([{ namespaceSelector: selector }, { namespaces: ['z'] }], 'z'), true);
  assert.equal(allows([{ namespaceSelector: selector, namespaces: ['z'] }], 'z'), true);
  assert.equal(allows([{ namespaceSelector: selector, namespaces: ['z'] }], 'q'), false);
  assert.equal(allows([{}], 'q'), false);
});

test('a selector wants all its labels and expressions', () => {
  const namespaceSelector = {
    matchLabels: { team: 'x' },
    matchExpressions: [
      { key: 'env', operator: 'In', values: ['dev', 'test'] },
      { key: 'old', operator: 'DoesNotExist', values: [] },
      { key: 'region', operator: 'NotIn', values: ['us'] },
      { key: 'team', operator: 'Exists', values: [] },
    ],
  } as const;
  assert.equal(allows([{ namespaceSelector }], 'n', { team: 'x', env: 'dev' }), true);
  assert.equal(allows([{ namespaceSelector }], 'n', { team: 'x', env: 'dev', region: 'us' }), false);
  assert.equal(allows([{ namespaceSelector }], 'n', { team: 'x', env: 'prod' }), false);
  assert.equal(allows([{ namespaceSelector }], 'n', { team: 'x', env: 'dev', old: '' }), false);
  assert.equal(allows([{ namespaceSelector: {} }], 'n'), true);
});

test('every namespace has its name as a label', () => {
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'n' } };
  assert.equal(allows([{ namespaceSelector }], 'n'), true);
});
