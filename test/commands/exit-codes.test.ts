import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { exitCodeMeanings, exitCodeOf, exitCodeOfSignal, exitCodes } from '../../agent/commands/exit-codes.ts';
import { AgentError, type ErrorCode, errorCodes } from '../../agent/core/agent-error.ts';

const docs = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

test('every error code leads to an exit code of its own family', () => {
  const wanted: Readonly<Record<number, readonly ErrorCode[]>> = {
    2: ['USAGE'],
    3: ['SPEC_INVALID', 'SPEC_UNREADABLE'],
    4: ['TOKEN_UNREADABLE', 'IDENTITY_REFUSED', 'CREDENTIALS_MISSING'],
    5: ['ACCESS_DENIED', 'SECRET_MISSING', 'REQUEST_INVALID', 'RESOLVE_FAILED'],
    6: ['IDENTITY_UNAVAILABLE', 'STORE_THROTTLED', 'STORE_UNAVAILABLE', 'STORE_ANSWER_INVALID'],
    7: [
      ...(['TEMPLATE_FAILED', 'VOLUME_NOT_MEMORY', 'VOLUME_UNUSABLE', 'VOLUME_FULL', 'FILE_REFUSED'] as const),
      ...(['TARGET_IMMUTABLE', 'CHECK_FAILED'] as const),
    ],
    8: ['RELOAD_FAILED', 'VERIFY_FAILED'],
  };
  for (const [exitCode, codes] of Object.entries(wanted))
    for (const code of codes) assert.equal(exitCodeOf(new AgentError(code, 'x')), Number(exitCode), code);
  assert.deepEqual(Object.values(wanted).flat().sort(), [...errorCodes].sort());
});

test('a signal is 128 and its number', () => {
  assert.deepEqual([exitCodeOfSignal('SIGTERM'), exitCodeOfSignal('SIGINT')], [143, 130]);
});

test('docs/errors.md says for each code which exit code it leads to', () => {
  for (const section of docs('errors.md').split(/^## /m).slice(1)) {
    const [, code = '', exitCode = ''] = /^([A-Z_]+)\s+Exit code (\d)\./.exec(section) ?? [];
    const known = errorCodes.find((each) => each === code);
    assert.ok(known, `no code: ${section.slice(0, 40)}`);
    assert.equal(Number(exitCode), exitCodeOf({ code: known }), code);
  }
});

test('docs/contract.md lists every exit code', () => {
  const section =
    docs('contract.md')
      .split(/^## /m)
      .find((text) => text.startsWith('Exit codes')) ?? '';
  const listed = [...section.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
  assert.deepEqual(listed, Object.values(exitCodes));
  assert.deepEqual(Object.keys(exitCodeMeanings).map(Number), listed);
});
