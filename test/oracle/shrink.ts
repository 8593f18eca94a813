import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Case } from './case.ts';
import type { Data, Datum } from './datum.ts';

/** Smaller cases than this one, the boldest first. */
type Pass = (question: Case) => Iterable<Case>;

/**
 * The smallest case that still differs, found by taking parts away as long as `differs` says so. Bounded: a case that doesn't get
 * small in that time is shown as it is.
 */
export async function shrunk(question: Case, differs: (smaller: Case) => Promise<boolean>, most = 3_000): Promise<Case> {
  let [best, left] = [question, most];
  const passes = question.op === 'template' ? templatePasses : [smallerCases];
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const pass of passes) {
      for (let isDone = false; !isDone; ) {
        isDone = true;
        for (const smaller of pass(best)) {
          if (left <= 0) return best;
          left -= 1;
          if (!(await differs(smaller))) continue;
          best = smaller;
          isSmaller = true;
          isDone = false;
          break;
        }
      }
    }
  }
  return best;
}

const templatePasses: readonly Pass[] = [
  ofData((data) => [...data.keys()].map((key) => new Map([...data].filter(([other]) => other !== key)))),
  ofSource(withoutBlocks),
  ofSource((source) => without(chunksOf(source))),
  ofSource(operandsReplaced),
  ofSource((source) => without(tokensOf(source))),
  ofSource(shorterTokens),
  ofData(smallerData),
  plainer,
];

function ofSource(smaller: (source: string) => Iterable<string>): Pass {
  return function* (question) {
    if (question.op !== 'template') return;
    for (const source of smaller(question.source)) yield { ...question, source };
  };
}

function ofData(smaller: (data: Data) => Iterable<Data>): Pass {
  return function* (question) {
    if (question.op !== 'template') return;
    for (const data of smaller(question.data)) yield { ...question, data };
  };
}

/** Without what is seldom: another missing key, other delimiters. */
function* plainer(question: Case): Generator<Case> {
  if (question.op !== 'template') return;
  if (question.missingKey !== 'error') yield { ...question, missingKey: 'error' };
  if (!question.delimiters) return;
  const [left, right] = question.delimiters;
  const { op, data, missingKey } = question;
  yield { op, source: question.source.replaceAll(left, '{{').replaceAll(right, '}}'), data, missingKey };
}

const smallerCases: Pass = function* (question) {
  switch (question.op) {
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

/** Texts and actions. */
function chunksOf(source: string): readonly string[] {
  return source.match(/\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|[^"`])*?\}\}|(?:(?!\{\{)[\s\S])+|[\s\S]/g) ?? [];
}

function tokensOf(source: string): readonly string[] {
  return source.match(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|\{\{-?|-?\}\}|\$?[\w.]+|\s+|[\s\S]/g) ?? [];
}

/** From an opening action to its end: without all of it, without what is around the body, without an else. */
function* withoutBlocks(source: string): Generator<string> {
  const chunks = chunksOf(source);
  const open: { readonly at: number; readonly elses: number[] }[] = [];
  for (const [at, chunk] of chunks.entries()) {
    const [, word] = /^\{\{(?:- )?\s*(if|with|range|block|define|else|end)\b/.exec(chunk) ?? [];
    if (word === undefined) continue;
    if (word === 'else') open.at(-1)?.elses.push(at);
    else if (word !== 'end') open.push({ at, elses: [] });
    const block = word === 'end' ? open.pop() : undefined;
    if (!block) continue;
    const [before, after] = [chunks.slice(0, block.at), chunks.slice(at + 1)];
    const bounds = [block.at, ...block.elses, at];
    yield [...before, ...after].join('');
    for (const [index, from] of bounds.slice(0, -1).entries()) {
      const to = bounds[index + 1] ?? at;
      yield [...before, ...chunks.slice(from + 1, to), ...after].join('');
      if (index > 0) yield [...chunks.slice(0, from), ...chunks.slice(to)].join('');
    }
  }
}

/** Texts in quotes get shorter, white space plain. */
function* shorterTokens(source: string): Generator<string> {
  const tokens = tokensOf(source);
  for (const [at, token] of tokens.entries()) {
    const texts = /^["`]/.test(token) ? [...smallerTexts(token.slice(1, -1))].map((text) => token[0] + text + token[0]) : [];
    for (const text of [...texts, ...(/^\s{2,}$|^[\n\t]$/.test(token) ? [' '] : [])]) {
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

/** What was UTF-8 stays so: not every reader is ever given anything else. */
function* smallerTexts(text: string): Generator<string> {
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  const isUtf8 = goString(decoded) === text;
  const whole = isUtf8 ? decoded : text;
  for (const smaller of without(whole.length > 400 ? (whole.match(/[\s\S]{1,40}/gu) ?? []) : [...whole])) {
    yield isUtf8 ? goString(smaller) : smaller;
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
