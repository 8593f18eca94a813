import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { findProgram } from '../../agent/exec/find-program.ts';

const dir = mkdtempSync(join(tmpdir(), 'keytide-program-'));
test.after(() => rmSync(dir, { recursive: true }));

function file(name: string, bytes: string | Uint8Array, mode = 0o755): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  return path;
}

test('a word is looked up in PATH, a path is taken as it is', () => {
  assert.deepEqual(findProgram(process.execPath, ''), { kind: 'found', file: process.execPath });
  const found = findProgram('sh', `/nowhere:${process.env['PATH']}`);
  assert.ok(found.kind === 'found' && found.file.endsWith('/sh'));
  mkdirSync(join(dir, 'folder'));
  for (const word of ['no-such-program', '', '/nowhere/sh', join(dir, 'folder')]) {
    const missing = findProgram(word, dir);
    assert.ok(missing.kind === 'unusable' && missing.code === 127, word);
  }
});

test('what is not executable is told apart from what is not there, and passed over where PATH goes on', () => {
  file('tool', '#!/bin/sh\n', 0o644);
  const refused = findProgram('tool', dir);
  assert.ok(refused.kind === 'unusable' && refused.code === 126);
  mkdirSync(join(dir, 'bin'), { recursive: true });
  assert.deepEqual(findProgram('tool', `${dir}:${join(dir, 'bin')}`).kind, 'unusable');
  const right = file('bin/tool', '#!/bin/sh\n');
  assert.deepEqual(findProgram('tool', `${dir}:${join(dir, 'bin')}`), { kind: 'found', file: right });
});

test('a script needs its interpreter, and runs in a shell where it names none', () => {
  const script = file('script', 'echo hello\n');
  assert.deepEqual(findProgram(script), { kind: 'found', file: '/bin/sh', interpreter: script });
  const lost = findProgram(file('lost', '#! /nowhere/python3 -u\n'));
  assert.ok(lost.kind === 'unusable' && /\/nowhere\/python3 is not there/.test(lost.why));
  assert.equal(findProgram(file('empty', '')).kind, 'found');
});

test('a program for another machine, or another C library, is refused before it is too late', (t) => {
  if (process.platform !== 'linux') return t.skip('Linux only');
  const program = Buffer.from(readFileSync('/bin/sh'));
  const foreign = Buffer.from(program);
  foreign.writeUInt16LE(0x14, 18); // PowerPC.
  const refused = findProgram(file('foreign', foreign));
  assert.ok(refused.kind === 'unusable' && /another kind of machine/.test(refused.why));
  const at = program.indexOf('/ld-linux');
  if (at < 0) return t.skip('/bin/sh is static here');
  program.write('/ld-nowher', at, 'latin1');
  const lost = findProgram(file('lost-loader', program));
  assert.ok(lost.kind === 'unusable' && /its loader .* is not there/.test(lost.why));
});
