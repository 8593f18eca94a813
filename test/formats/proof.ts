/**
 * What every format must show. 2,000 nasty texts for each value: those that the format can hold are read back by a real reader exactly as
 * they went in; the others are refused, by TEMPLATE_FAILED and without a piece of the text.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { RenderedFile } from '../../agent/core/rendered-file.ts';
import type { FileWith } from '../../agent/core/spec.ts';
import { renderDelivery } from '../../agent/template/render-delivery.ts';
import { nasty } from '../template/nasty.ts';
import { deliveryOf, entriesOf, noMemory } from '../template/rendering.ts';
import type { Fields, Reader, Row, ValueRule, WrittenFile } from './row.ts';

const templatesDir = join(import.meta.dirname, '../../templates');
const texts = 2_000;

/** The tests of a row for the readers that run here; `npm test` also sees what is refused. */
export function prove(row: Row, runs: Reader['runs']): void {
  if (runs === 'npm test') {
    test(`format ${row.format} refuses what it can not hold, and shows nothing of it`, () => refuses(row));
  }
  for (const reader of row.readers.filter((each) => each.runs === runs)) {
    test(`format ${row.format} is read back by ${reader.name}`, (t) => readsBack(row, reader, t));
  }
}

/** One file of a format, as a Delivery makes it. */
export async function formatFile(format: string, entries: Fields, options: Fields = {}): Promise<RenderedFile> {
  const given: FileWith = Object.fromEntries(
    Object.entries(options).map(([name, text]) => [name, { kind: 'text' as const, text }]),
  );
  const files = [{ path: 'file', template: { kind: 'format' as const, name: format }, with: given }];
  const members = [{ externalSecret: 'db', entries: entriesOf(entries) }];
  const made = await renderDelivery(deliveryOf({ layout: 'none', files }), members, world);
  return made[0] ?? assert.fail('no file was made');
}

const sources = new Map<string, Promise<Buffer>>();
const world = {
  templatesDir,
  memory: noMemory,
  readFile: (path: string) => {
    const known = sources.get(path) ?? readFile(path);
    sources.set(path, known);
    return known;
  },
};

async function readsBack(row: Row, reader: Reader, t: TestContext): Promise<void> {
  const why = reader.missing?.();
  if (why !== undefined) return t.skip(why);
  const dir = mkdtempSync(join(tmpdir(), 'keytide-format-'));
  try {
    const written: WrittenFile[] = [];
    for (const [at, fields] of heldBy(row).slice(0, reader.texts).entries()) {
      const { value, mode } = await formatFile(row.format, fields, row.options);
      const path = join(dir, String(at), row.format);
      mkdirSync(dirname(path));
      writeFileSync(path, value.reveal(), { mode });
      written.push({ path, fields });
    }
    const found = await reader.read(written);
    assert.equal(found.length, written.length);
    for (const [at, { path, fields }] of written.entries()) {
      const wanted = row.finds?.(fields) ?? fields;
      assert.deepEqual({ ...found[at] }, { ...wanted }, `${readFileSync(path).subarray(0, 2_000).toString('latin1')}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What goes into the files: for `all` many entries a file, for `needs` one record a file. */
function heldBy({ values }: Row): readonly Fields[] {
  if (values.kind === 'all') {
    const keys = fc.sample(keysOf(values.keys), { numRuns: 2 * texts, seed: 11 });
    const distinct = [...new Map(keys.map((key) => [key.toLowerCase(), key])).values()]; // Some readers take A for a.
    const held = sample(values, texts);
    const all = distinct.slice(0, texts).map((key, at) => [key, held[at] ?? ''] as const);
    const few = all.slice(0, 40).map((entry) => Object.fromEntries([entry]));
    return [Object.fromEntries(all), ...few];
  }
  const columns = Object.entries(values.fields).map(([name, rule], at) => [name, sample(rule, texts, at)] as const);
  return Array.from({ length: texts }, (_, at) =>
    Object.fromEntries(columns.map(([name, column]) => [name, column[at] ?? ''] as const)),
  );
}

function keysOf(keys: 'variables' | 'any' | fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (typeof keys !== 'string') return keys;
  return keys === 'variables' ? fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{3,12}$/) : fc.stringMatching(/^[-._a-zA-Z0-9]{3,12}$/);
}

function sample({ from = nasty, holds = () => true }: ValueRule, count: number, seed = 0): readonly string[] {
  return fc.sample(from.filter(holds), { numRuns: count, seed: 7 + seed });
}

async function refuses(row: Row): Promise<void> {
  const { values } = row;
  if (values.kind === 'all') {
    for (const text of refusedBy(values)) await refusesOne(row, { KEY: text }, text);
    if (values.keys === 'variables') await refusesOne(row, { 'tls.crt': 'x' }, '');
    return;
  }
  const good = heldBy(row)[0] ?? {};
  for (const [name, rule] of Object.entries(values.fields)) {
    for (const text of refusedBy(rule)) await refusesOne(row, { ...good, [name]: text }, text);
  }
}

function refusedBy({ from = nasty, holds = () => true }: ValueRule): readonly string[] {
  const all = fc.sample(from, { numRuns: texts, seed: 13 });
  return all.filter((text) => !holds(text)).slice(0, 200);
}

async function refusesOne({ format, options }: Row, entries: Fields, text: string): Promise<void> {
  const file = await formatFile(format, entries, options).catch((error: unknown) => error);
  if (!(file instanceof AgentError)) assert.fail(`format ${format} took ${JSON.stringify(text)}`);
  assert.equal(file.code, 'TEMPLATE_FAILED', file.message);
  assert.match(file.message, /hold|is not/, 'it says what can not be held');
  if (text.length > 6) assert.ok(!file.message.includes(text), 'the message has the text in it');
}
