import assert from 'node:assert/strict';
import test from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { LogFields } from '../../agent/core/log.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { createLog, type LogOptions, withPino } from '../../agent/observe/log.ts';
import { plainFields } from '../../agent/observe/log-fields.ts';
import { createMasker } from '../../agent/observe/masker.ts';

const now = Date.UTC(2026, 10, 22, 10, 15, 30, 123);

function collect(options: Partial<LogOptions> = {}): { readonly lines: string[]; readonly options: LogOptions } {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  return { lines, options: { level: 'debug', format: 'json', write, mask: (text) => text, now: () => now, ...options } };
}

const refusal = new AgentError('ACCESS_DENIED', 'Secrets Manager refused to read prod/db', {
  serverCode: 'AccessDeniedException',
  cause: Object.assign(new Error('quotes "what it parsed"'), { code: 'ECONNRESET' }),
});

test('a line is one JSON object: level, time, fields, message', () => {
  const { lines, options } = collect();
  createLog(options).info({ delivery: 'web', generation: 3 }, 'published');
  assert.deepEqual(lines, [
    '{"level":"info","time":"2026-11-22T10:15:30.123Z","delivery":"web","generation":3,"msg":"published"}\n',
  ]);
});

test('lines below the level are left out', () => {
  const { lines, options } = collect({ level: 'warn' });
  const log = createLog(options);
  log.debug({}, 'no');
  log.info({}, 'no');
  log.warn({}, 'yes');
  log.error({}, 'yes');
  assert.equal(lines.length, 2);
});

test('an error is shown by code, class, message and hint; what it was caused by only by name', () => {
  const { lines, options } = collect();
  createLog(options).error({ error: refusal }, 'could not be refreshed');
  assert.deepEqual(JSON.parse(lines[0] ?? '').error, {
    code: 'ACCESS_DENIED',
    class: 'denied',
    message: 'Secrets Manager refused to read prod/db',
    hint: 'Allow this identity to read this secret in the store.',
    serverCode: 'AccessDeniedException',
    cause: 'ECONNRESET',
  });
});

test('pino writes the lines that come later in the very form of the first ones', async () => {
  const samples: readonly LogFields[] = [
    {},
    { delivery: 'w"eb\n\u2028\u{1f511}', generation: 3, files: ['a', 'b'], ok: true, nothing: null, left: undefined },
    { error: refusal, since: new Date(now), retryInMs: 1.5, nested: { deep: { deeper: ['x'] } } },
    { err: { message: 'not special' }, hostname: 'h', pid: 1 },
  ];
  for (const fields of samples) {
    const early = collect();
    createLog(early.options).warn(fields, 'a "message" with %s and %d');
    const late = collect();
    const write = await withPino(late.options);
    write({ level: 'warn', at: new Date(now), fields: plainFields(fields), message: 'a "message" with %s and %d' });
    assert.deepEqual(late.lines, early.lines);
  }
});

test('fields that JSON has no form for lose nothing but themselves', async () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const odd of [
    { circle },
    { big: 2n ** 70n },
    {
      get trap() {
        throw new Error('no');
      },
    },
  ]) {
    const { lines, options } = collect();
    createLog(options).info({ odd }, 'still said');
    (await withPino(options))({ level: 'info', at: new Date(now), fields: { odd }, message: 'still said' });
    assert.equal(lines.length, 2);
    for (const line of lines) assert.equal(JSON.parse(line).msg, 'still said');
  }
});

test('known secret values are hidden, and the line stays JSON', () => {
  for (const format of ['json', 'pretty'] as const) {
    const masker = createMasker();
    masker.learn([SecretValue.ofText('pass"word\\1'), SecretValue.ofText('","msg":"')]);
    const { lines, options } = collect({ format, mask: masker.mask });
    const log = createLog(options);
    log.info({ output: 'login with pass"word\\1 failed' }, 'hook wrote');
    log.info({ a: 'b' }, 'said');
    assert.doesNotMatch(lines.join(''), /pass|","msg/);
    if (format === 'json') for (const line of lines) assert.equal(JSON.parse(line).level, 'info');
  }
});

test('at a terminal a line reads as a sentence with its facts, and an error says what to do', () => {
  const { lines, options } = collect({ format: 'pretty' });
  createLog(options).warn({ externalSecret: 'db', store: 'two words', failures: 2, error: refusal }, 'could not be refreshed');
  assert.match(lines.join(''), /^\d\d:\d\d:\d\d WARN {2}could not be refreshed externalSecret=db store="two words" failures=2\n/);
  assert.match(lines.join(''), /\n {4}ACCESS_DENIED: Secrets Manager refused to read prod\/db\n {4}Allow this identity/);
});
