/**
 * `npm run test:oracle -- [--count N] [--seed S] [--op OP,...] [--only FUNCTION,...] [--most N] [--coverage]`: random templates, gjson
 * paths, durations and regular expressions, given to Keytide and to the originals in Go. What differs is made small, printed as a
 * vector, and ends it with 1. Needs Go; the first build takes minutes. A seed gives the same cases again.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { functionNames } from './calls.ts';
import { type Answer, type Case, isSame } from './case.ts';
import { generated, type Operation, operations, type Wanted } from './generate.ts';
import { buildOriginal, hasGo, keyMaterial, startOriginal } from './original.ts';
import { startOurThread } from './our-thread.ts';
import { shrunk } from './shrink.ts';
import { vectorText } from './vector.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    op: { type: 'string', default: operations.join(',') },
    only: { type: 'string', default: '' },
    most: { type: 'string', default: '40' },
    coverage: { type: 'boolean', default: false },
  },
});

if (!hasGo()) {
  console.log('test:oracle is skipped: there is no go on this machine');
  process.exit(0);
}
console.log(`seed ${options.seed}`);
buildOriginal();

const wanted: Wanted = { seed: options.seed, material: keyMaterial(), only: options.only.split(',').filter(Boolean) };
const chosen = operations.filter((operation) => options.op.split(',').includes(operation));
const original = startOriginal();
const ours = startOurThread();
const counts = { cases: 0, outputs: 0, errors: 0, limits: 0, unstable: 0, known: 0, differences: 0 };
const reached = new Set<string>();
const localZone = await addressOfLocalZone();
const startedAt = Date.now();

for (const operation of chosen) await runAll(operation, shareOf(operation));
original.close();
await ours.close();
if (options.coverage) printCoverage();
const { cases, outputs, errors, limits, unstable, known, differences } = counts;
const seconds = Math.round((Date.now() - startedAt) / 1000);
const facts = `${outputs} outputs, ${errors} errors, ${limits} at a limit, ${unstable} unstable, ${known} known`;
console.log(`${cases} cases in ${seconds} s (${facts}), ${differences} differences, seed ${options.seed}`);
process.exit(differences > 0 ? 1 : 0);

/** As many templates as asked for, and of the rest what their size makes worth while. */
function shareOf(operation: Operation): number {
  const count = Number(options.count);
  const shares = { template: 1, toYaml: 0.2, fromYaml: 0.2, gjson: 0.3, duration: 0.1, regexFind: 0.2, regexReplace: 0.2 };
  return chosen.length === 1 ? count : Math.ceil(count * shares[operation]);
}

/** In batches: Go works on the next answers while ours are made, and never more than a batch is in memory. */
async function runAll(operation: Operation, count: number): Promise<void> {
  const batch = 100;
  for (let from = 0; from < count; from += batch) {
    const indexes = Array.from({ length: Math.min(batch, count - from) }, (_, at) => from + at);
    const questions = indexes.map((index) => generated(wanted, operation, index));
    const theirs = questions.map((question) => original.ask(question));
    for (const [at, question] of questions.entries()) {
      const mine = await ours.ask(question);
      const answer = await theirs[at];
      if (answer) await judge(`${operation}/${indexes[at]}`, question, mine, answer);
      if (counts.differences >= Number(options.most)) return;
    }
  }
}

async function judge(place: string, question: Case, mine: Answer, theirs: Answer): Promise<void> {
  counts.cases += 1;
  if (mine.kind === 'limit' || theirs.kind === 'limit') counts.limits += 1;
  else if (theirs.kind === 'output') counts.outputs += 1;
  else counts.errors += 1;
  if (question.op === 'template' && theirs.kind === 'output') {
    for (const word of question.source.match(/\w+/g) ?? []) reached.add(word);
  }
  if (isSame(mine, theirs)) return;
  if (isKnown(mine, theirs)) {
    counts.known += 1;
    return;
  }
  // The clock or a random order may have come between: only what stays so is a difference.
  await pause(40);
  if (!(await isSteady(question, theirs))) {
    counts.unstable += 1;
    return;
  }
  if (await isSameNow(question)) return;
  await report(place, question, `${mine.kind} ${theirs.kind}`);
}

/** What docs/templates.md leaves out, and what only tells where Go's linker put a variable. */
function isKnown(mine: Answer, theirs: Answer): boolean {
  if (mine.text.includes('bcrypt of bytes that are no UTF-8 is not supported')) return true;
  const text = theirs.text.toLowerCase();
  return [2, 8, 10, 16].some((base) => text.includes(localZone.toString(base)));
}

/** A time printed as a struct shows its zone as a pointer: the same number all through a run, and another one in each build of Go. */
async function addressOfLocalZone(): Promise<number> {
  const source = '{{printf "%d" (toDate "" "")}}';
  const { text } = await original.ask({ op: 'template', source, data: new Map(), missingKey: 'error' });
  const [, address] = /^\{0 \S+ ([1-9]\d+)\}$/.exec(text) ?? [];
  if (address === undefined) throw new Error(`Go's local zone has no address in ${text}`);
  return Number(address);
}

/** Go picks the order of a map anew each time: of two members that fail, the other one may have been first several times in a row. */
async function isSteady(question: Case, theirs: Answer): Promise<boolean> {
  const again = await Promise.all(Array.from({ length: 15 }, () => original.ask(question)));
  return again.every((each) => isSame(theirs, each));
}

async function isSameNow(question: Case): Promise<boolean> {
  const [theirs, mine] = await both(question);
  return isSame(mine, theirs);
}

async function both(question: Case): Promise<readonly [theirs: Answer, mine: Answer]> {
  return await Promise.all([original.ask(question), ours.ask(question)]);
}

/** Shrinks to a case that differs in the same way: else a wrong output would shrink to a wrong error text, which is another bug. */
async function report(place: string, question: Case, way: string): Promise<void> {
  counts.differences += 1;
  const small = await shrunk(question, async (smaller) => {
    const [theirs, mine] = await both(smaller);
    return `${mine.kind} ${theirs.kind}` === way && !isSame(mine, theirs);
  });
  const [theirs, mine] = await both(small);
  const got = Buffer.from(mine.text, 'latin1').toString('utf8');
  console.log(`\n${vectorText(`found/${options.seed}/${place}`, small, theirs)}\n  # got ${mine.kind}: ${JSON.stringify(got)}`);
}

function printCoverage(): void {
  const missed = functionNames.filter((name) => !reached.has(name));
  console.log(
    `${functionNames.length - missed.length} of ${functionNames.length} functions reached; not: ${missed.join(' ') || 'none'}`,
  );
}
