import type { Case, TemplateCase } from './case.ts';
import type { Data, Datum } from './datum.ts';

/** Smaller cases than this one, the boldest first. */
type Smaller = (question: Case) => Iterable<Case>;

/**
 * The smallest case that still differs, found by taking parts away as long as `differs` says so. Bounded: a case that doesn't get
 * small in that time is shown as it is.
 */
export async function shrunk(question: Case, differs: (smaller: Case) => Promise<boolean>, most = 600): Promise<Case> {
  let [best, left] = [question, most];
  for (let isSmaller = true; isSmaller && left > 0; ) {
    isSmaller = false;
    for (const smaller of smallerCases(best)) {
      if (left <= 0) break;
      left -= 1;
      if (!(await differs(smaller))) continue;
      best = smaller;
      isSmaller = true;
      break;
    }
  }
  return best;
}

const smallerCases: Smaller = function* (question) {
  switch (question.op) {
    case 'template':
      return yield* smallerTemplates(question);
    case 'gjson':
      for (const path of smallerTexts(question.path)) yield { ...question, path };
      for (const document of smallerTexts(question.document)) yield { ...question, document };
      return;
    case 'duration':
      for (const text of smallerTexts(question.text)) yield { ...question, text };
      return;
    case 'regexFind':
    case 'regexReplace':
      for (const pattern of smallerTexts(question.pattern)) yield { ...question, pattern };
      for (const text of smallerTexts(question.text)) yield { ...question, text };
      if (question.op === 'regexReplace') {
        for (const replacement of smallerTexts(question.replacement)) yield { ...question, replacement };
      }
  }
};

function* smallerTemplates(question: TemplateCase): Generator<Case> {
  for (const source of smallerSources(question.source)) yield { ...question, source };
  for (const data of smallerData(question.data)) yield { ...question, data };
  if (question.missingKey !== 'error') yield { ...question, missingKey: 'error' };
  if (question.delimiters) {
    const [left, right] = question.delimiters;
    const { op, data, missingKey } = question;
    yield { op, source: question.source.replaceAll(left, '{{').replaceAll(right, '}}'), data, missingKey };
  }
}

/** Whole nodes first (runs of actions and texts), then operands in parentheses, then tokens and their parts. */
function* smallerSources(source: string): Generator<string> {
  const chunks =
    source.match(/\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|[^"`])*?\}\}|(?:(?!\{\{)[\s\S])+|[\s\S]/g) ?? [];
  yield* without(chunks);
  yield* operandsReplaced(source);
  const tokens = source.match(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|\{\{-?|-?\}\}|\$?[\w.]+|\s+|[\s\S]/g) ?? [];
  if (tokens.length <= 150) yield* without(tokens);
  for (const [at, token] of tokens.entries()) {
    const shorter =
      /^["`]/.test(token) && token.length > 3
        ? [...smallerTexts(token.slice(1, -1), 3)].map((text) => token[0] + text + token[0])
        : [];
    for (const text of [...shorter, ...(/^\s{2,}$|^[\n\t]$/.test(token) ? [' '] : [])]) {
      yield [...tokens.slice(0, at), text, ...tokens.slice(at + 1)].join('');
    }
  }
}

/** `(f (g x))` becomes each simple operand, or what is inside. */
function* operandsReplaced(source: string): Generator<string> {
  for (const [start, end] of groups(source)) {
    for (const instead of ['1', '"a"', '.', source.slice(start + 1, end - 1)]) {
      if (instead.length < end - start) yield source.slice(0, start) + instead + source.slice(end);
    }
    for (const [innerStart, innerEnd] of groups(source.slice(start + 1, end - 1))) {
      yield source.slice(0, start) + source.slice(start + 1 + innerStart, start + 1 + innerEnd) + source.slice(end);
    }
  }
}

/** Where the outermost and inner parentheses begin and end, strings apart. */
function groups(source: string): readonly (readonly [number, number])[] {
  const open: number[] = [];
  const found: (readonly [number, number])[] = [];
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|[()]/g)) {
    if (token === '(') open.push(index);
    const start = token === ')' ? open.pop() : undefined;
    if (start !== undefined) found.push([start, index + 1]);
  }
  return found.sort(([a], [b]) => a - b);
}

/** Halves, quarters, ... and single parts are left out. */
function* without(parts: readonly string[]): Generator<string> {
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < parts.length; at += size) yield [...parts.slice(0, at), ...parts.slice(at + size)].join('');
  }
}

function* smallerTexts(text: string, most = Number.POSITIVE_INFINITY): Generator<string> {
  let left = most;
  for (const smaller of without([...text].length > 400 ? (text.match(/[\s\S]{1,40}/g) ?? []) : [...text])) {
    if (left === 0) return;
    left -= 1;
    yield smaller;
  }
}

function* smallerData(data: Data): Generator<Data> {
  for (const key of data.keys()) yield new Map([...data].filter(([other]) => other !== key));
  for (const [key, datum] of data) {
    for (const smaller of smallerDatum(datum)) yield new Map([...data, [key, smaller]]);
  }
}

function* smallerDatum(datum: Datum): Generator<Datum> {
  if (typeof datum === 'string') yield* smallerTexts(datum);
  else if (datum instanceof Map) {
    yield* smallerData(datum);
    yield 'x';
  } else if (datum !== null && typeof datum === 'object') {
    const items = [...(datum as readonly Datum[])];
    for (const at of items.keys()) yield items.filter((_, index) => index !== at);
    yield 'x';
  }
}
