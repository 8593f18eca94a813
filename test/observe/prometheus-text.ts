import assert from 'node:assert/strict';

export interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  /** `name{label="value",...}` in the order of the page -> value. */
  readonly samples: ReadonlyMap<string, number>;
}

/** Reads the Prometheus text format 0.0.4, and fails on whatever a strict reader could object to. */
export function parseMetrics(text: string): ReadonlyMap<string, ParsedFamily> {
  assert.ok(text.endsWith('\n'), 'the last line must end');
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') {
      assert.ok(!families.has(name), `${name} comes twice`);
      families.set(name, { type: '', help: rest, samples: new Map() });
      current = name;
    } else if (word === 'TYPE') {
      assert.equal(name, current, 'TYPE follows HELP');
      assert.match(rest, /^(counter|gauge|histogram)$/);
      Object.assign(families.get(name) ?? {}, { type: rest });
    } else addSample(line, current, families.get(current));
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/;

function addSample(line: string, current: string, family: { type: string; samples: Map<string, number> } | undefined): void {
  const pattern = new RegExp(`^([a-zA-Z_:][\\w:]*)(\\{${label.source}(?:,${label.source})*\\})? (\\S+)$`);
  const match = pattern.exec(line);
  assert.ok(match, `not a sample: ${line}`);
  const name = match[1] ?? '';
  const suffix = family?.type === 'histogram' ? /^(_bucket|_sum|_count)$/ : /^$/;
  assert.ok(name.startsWith(current) && suffix.test(name.slice(current.length)), `${name} stands under ${current}`);
  const value = match.at(-1) === '+Inf' ? Number.POSITIVE_INFINITY : Number(match.at(-1));
  assert.ok(!Number.isNaN(value), `not a number: ${line}`);
  const id = `${name}${match[2] ?? ''}`;
  const names = [...(match[2] ?? '').matchAll(new RegExp(label.source, 'g'))].map(([, one]) => one);
  assert.equal(new Set(names).size, names.length, `a label comes twice: ${line}`);
  assert.ok(family && !family.samples.has(id), `a series comes twice: ${line}`);
  family.samples.set(id, value);
}

function checkFamily(name: string, { type, help, samples }: { type: string; help: string; samples: Map<string, number> }): void {
  assert.ok(help.length > 10 && type !== '' && samples.size > 0, `${name} is incomplete`);
  if (type === 'counter') for (const value of samples.values()) assert.ok(value >= 0);
  if (type !== 'histogram') return;
  let [last, series] = [0, ''];
  for (const [id, value] of samples) {
    const [, before = '', bound = ''] = /^\w+_bucket\{(.*),le="([^"]+)"\}$/.exec(id) ?? [];
    if (bound === '') continue;
    if (before !== series) [last, series] = [0, before];
    assert.ok(value >= last, `${id} is less than the bucket before it`);
    last = value;
    if (bound === '+Inf') assert.equal(samples.get(`${name}_count{${before}}`), value);
  }
}
