import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { draftOf, removeDrafts } from '../../agent/publish/drafts.ts';
import { quiet, workDirectory } from './workshop.ts';

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
