/** Parsing and executing Go templates, beside Go's own engine: the same templates in the same run, round by round. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileGoTemplate } from '../agent/template/gotemplate/template.ts';
import { GoMap, goString } from '../agent/template/gotemplate/value.ts';
import { median } from './measure.ts';
import { templateData } from './template-data.ts';

interface Sample {
  readonly output: string;
  readonly ms: number;
}

/** Parses and executes a template as many times as it is told. */
type Engine = (source: string, data: Readonly<Record<string, string>>, times: number) => Promise<Sample>;

interface Go {
  /** As External Secrets Operator has it: the functions are registered for each template anew. */
  readonly perTemplate: Engine;
  /** As fast as Go could be: they are registered once. */
  readonly once: Engine;
  readonly close: () => void;
}

const roundMs = 150;
/** Both engines warm: a compiler that compiles what is hot has done so. */
const warmUpMs = 1_000;

export async function benchTemplates(rounds: number): Promise<void> {
  const go = startGo();
  if (!go) {
    console.log('templates: skipped, there is no go on this machine');
    return;
  }
  try {
    for (const name of Object.keys(templateData)) await compare(name, [ours, go.perTemplate, go.once], rounds);
  } finally {
    go.close();
  }
}

async function compare(name: string, engines: readonly Engine[], rounds: number): Promise<void> {
  const source = readFileSync(join(import.meta.dirname, 'templates', `${name}.gotmpl`), 'utf8');
  const data = templateData[name] ?? {};
  const runners = [];
  for (const engine of engines) {
    const { output } = await engine(source, data, 1);
    runners.push({ engine, output, times: await timesIn(engine, source, data), usEach: [] as number[] });
  }
  if (new Set(runners.map(({ output }) => output)).size > 1)
    throw new Error(`${name}: the engines differ in what they make of it`);
  for (let round = 0; round < rounds; round += 1) {
    for (const { engine, times, usEach } of runners) usEach.push(((await engine(source, data, times)).ms * 1000) / times);
  }
  const [mine = [], ...theirs] = runners.map(({ usEach }) => usEach);
  print(name, mine, theirs);
}

/** How often it runs within a round. What finds it out also warms the engine up. */
async function timesIn(engine: Engine, source: string, data: Readonly<Record<string, string>>): Promise<number> {
  let times = 1;
  for (;;) {
    const { ms } = await engine(source, data, times);
    if (ms > warmUpMs / 2) return Math.max(1, Math.round((times * roundMs) / ms));
    times *= 2;
  }
}

/** A ratio is the median over the rounds of our time by Go's of the same round. */
function print(name: string, mine: readonly number[], theirs: readonly (readonly number[])[]): void {
  const us = (times: readonly number[]): string => `${median(times).toFixed(1).padStart(7)} us`;
  const columns = theirs.map((their) => {
    const ratio = median(mine.map((time, round) => time / (their[round] ?? time)));
    return `Go ${us(their)} ${ratio.toFixed(2).padStart(6)} x`;
  });
  console.log([`template ${name}`.padEnd(25), us(mine), ...columns].join('   '));
}

const noEffects = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count) };

const ours: Engine = async (source, data, times) => {
  const root = Object.entries(data).map(([key, value]) => [goString(key), goString(value)] as const);
  let output = '';
  const startedAt = performance.now();
  for (let time = 0; time < times; time += 1) {
    const compiled = await compileGoTemplate(goString(source), 't');
    output = compiled.execute(new GoMap('map[string]string', root), noEffects);
  }
  return { ms: performance.now() - startedAt, output: Buffer.from(output, 'latin1').toString('utf8') };
};

/** `test/oracle/bench`, built where test/oracle builds. Undefined without Go. */
function startGo(): Go | undefined {
  const go = ['go', '/usr/local/go/bin/go'].find((command) => spawnSync(command, ['version']).status === 0);
  if (go === undefined) return undefined;
  const cache = join(process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers'), 'oracle');
  const program = join(cache, 'bench');
  mkdirSync(cache, { recursive: true });
  const cwd = join(import.meta.dirname, '../test/oracle');
  const built = spawnSync(go, ['build', '-trimpath', '-o', program, './bench'], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('test/oracle/bench does not build');
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const engine = (isOnce: boolean): Engine => {
    return async (source, data, times) => {
      child.stdin.write(`${JSON.stringify({ source, data, times, once: isOnce })}\n`);
      const [line] = await once(lines, 'line');
      return JSON.parse(String(line));
    };
  };
  return { perTemplate: engine(false), once: engine(true), close: () => child.stdin.end() };
}
