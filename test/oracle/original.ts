import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Case } from './case.ts';
import { base64, wireOf } from './datum.ts';

const cache = join(process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers'), 'oracle');
const program = join(cache, 'original');
const timeoutMs = 10_000;

/** Whether this machine can build the Go program at all. */
export function hasGo(): boolean {
  return goCommand() !== undefined;
}

function goCommand(): string | undefined {
  return ['go', '/usr/local/go/bin/go'].find((command) => spawnSync(command, ['version']).status === 0);
}

/** Go rebuilds only what changed, so this is asked every time: 4 seconds, or minutes where nothing was built before. */
export function buildOriginal(): void {
  mkdirSync(cache, { recursive: true });
  const args = ['build', '-trimpath', '-o', program, '.'];
  const built = spawnSync(goCommand() ?? 'go', args, { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('the Go program of test/oracle does not build');
}

/** The Go side. Cases are answered in order; one that ends the process (out of memory, say) is a limit, and the next starts anew. */
export interface Original {
  readonly ask: (question: Case) => Promise<Answer>;
  readonly close: () => void;
}

export function startOriginal(): Original {
  let waiting: ((answer: Answer) => void)[] = [];
  let child: ChildProcess | undefined;
  const start = (): ChildProcess => {
    const started = spawn(program, { stdio: ['pipe', 'pipe', 'ignore'], env: { TZ: 'UTC', GOMEMLIMIT: '2GiB' } });
    const own: typeof waiting = [];
    waiting = own;
    started.stdin?.on('error', () => undefined); // Ended with cases unanswered: `close` answers them.
    // The last line of a process that ends may be cut off: `close` answers for it.
    const answered = (line: string): void => (line.endsWith('}') ? own.shift()?.(answerOf(line)) : undefined);
    if (started.stdout) createInterface({ input: started.stdout }).on('line', answered);
    started.on('close', () => {
      if (child === started) child = undefined;
      for (const [index, answered] of own.entries())
        answered({ kind: 'limit', text: index === 0 ? 'the process ended' : 'again' });
    });
    return started;
  };
  const once = (question: Case): Promise<Answer> =>
    new Promise((resolve) => {
      child ??= start();
      waiting.push(resolve);
      child.stdin?.write(`${JSON.stringify(requestOf(question))}\n`);
    });
  return {
    /** Those that only stood behind the one that ended the process are asked again. */
    ask: async (question) => {
      for (;;) {
        const answer = await once(question);
        if (answer.kind !== 'limit' || answer.text !== 'again') return answer;
      }
    },
    close: () => child?.stdin?.end(),
  };
}

function requestOf(question: Case): object {
  switch (question.op) {
    case 'template': {
      const [left, right] = question.delimiters ?? ['', ''];
      const { op, source, data, missingKey } = question;
      const delimiters = { left: base64(left), right: base64(right) };
      return { op, timeoutMs, source: base64(source), data: wireOf(data), missingKey, ...delimiters };
    }
    case 'gjson':
      return { op: question.op, timeoutMs, document: base64(question.document), pattern: base64(question.path) };
    case 'duration':
      return { op: question.op, timeoutMs, source: base64(question.text) };
    case 'regexFind':
      return { op: question.op, timeoutMs, source: base64(question.text), pattern: base64(question.pattern) };
    case 'regexReplace': {
      const { op, text, pattern, replacement } = question;
      return { op, timeoutMs, source: base64(text), pattern: base64(pattern), with: base64(replacement) };
    }
  }
}

function answerOf(line: string): Answer {
  const { output, error } = JSON.parse(line);
  if (typeof output === 'string') return { kind: 'output', text: Buffer.from(output, 'base64').toString('latin1') };
  if (typeof error === 'string') return { kind: 'error', text: Buffer.from(error, 'base64').toString('latin1') };
  return { kind: 'limit', text: 'out of time' };
}

/** Keys, certificates and containers by kind, made once and kept: a seed gives the same cases as long as the cache is there. */
export type Material = Readonly<Record<'key' | 'pub' | 'cert' | 'chain' | 'p12' | 'jwk' | 'cipher', readonly string[]>>;

export function keyMaterial(): Material {
  const path = join(cache, 'material.json');
  if (!existsSync(path)) {
    const { stdout } = spawnSync(program, { input: '{"op":"material","timeoutMs":60000}\n', encoding: 'utf8' });
    const made = answerOf(stdout);
    if (made.kind !== 'output') throw new Error(`no key material: ${made.text}`);
    writeFileSync(path, made.text, { mode: 0o600 });
  }
  const kinds: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(path, 'utf8'));
  const decoded = Object.entries(kinds).map(([kind, texts]) => [
    kind,
    texts.map((text) => Buffer.from(text, 'base64').toString('latin1')),
  ]);
  return Object.fromEntries(decoded);
}
