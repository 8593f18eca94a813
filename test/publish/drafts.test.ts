import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeDrafts, replaceRecord } from '../../agent/publish/drafts.ts';
import { quiet, workDirectory } from './workshop.ts';

/** What a write that was cut off leaves: how `replaceRecord` names what it has not put in place yet. */
const draftOf = (path: string): string => `${path}.${randomUUID()}`;

test('a record is replaced in one step, for us only, and its directory made', (t) => {
  const path = join(workDirectory(t), 'entries/a.json');
  replaceRecord(path, 'one');
  replaceRecord(path, 'two');
  assert.equal(fs.readFileSync(path, 'utf8'), 'two');
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(fs.readdirSync(join(path, '..')), ['a.json']);
});

test('a record that can not be written leaves the old one, no draft, and says which', (t) => {
  const path = join(workDirectory(t), 'a.json');
  fs.mkdirSync(join(path, 'in the way'), { recursive: true });
  assert.throws(() => replaceRecord(path, 'x'), /cannot write .*a\.json: a directory is in its place/);
  assert.deepEqual(fs.readdirSync(join(path, '..')), ['a.json']);
});

test('drafts that a predecessor left go, in the private directory and those in it; all else stays', (t) => {
  const directory = workDirectory(t);
  for (const name of ['vault', 'entries']) fs.mkdirSync(join(directory, name));
  const kept = ['acknowledged.json', 'vault/token.json', 'entries/a.b-c.json', 'entries/notes.12345678'];
  const drafts = ['acknowledged.json', 'vault/token.json', 'entries/a.b-c.json', 'entries/gone.json'].map(draftOf);
  for (const path of [...kept, ...drafts]) fs.writeFileSync(join(directory, path), 'x');
  fs.symlinkSync('acknowledged.json', join(directory, draftOf('link')));
  removeDrafts(directory, quiet);
  const left = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(left.filter((path) => !/^link/.test(path)).toSorted(), [...kept, 'entries', 'vault'].toSorted());
  assert.equal(left.length, kept.length + 3);
});

test('a private directory that is not there yet has no drafts', (t) => {
  removeDrafts(join(workDirectory(t), 'later'), quiet);
});
