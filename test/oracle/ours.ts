import { randomBytes } from 'node:crypto';
import { formatGoDuration, parseGoDuration } from '../../agent/core/go-duration.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import { gjsonGet } from '../../agent/resolve/gjson/get.ts';
import { LimitExceeded } from '../../agent/template/gotemplate/go-error.ts';
import { compileBytes } from '../../agent/template/gotemplate/regexps/byte-regexp.ts';
import { compileGoTemplate } from '../../agent/template/gotemplate/template.ts';
import { TemplateError } from '../../agent/template/gotemplate/template-error.ts';
import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Answer, Case, TemplateCase } from './case.ts';
import { base64, rootOf } from './datum.ts';

/** What Keytide's code says to a case. Whatever it throws that isn't meant for the user is told as such: a difference in any case. */
export async function ourAnswer(question: Case): Promise<Answer> {
  try {
    return await answered(question);
  } catch (error) {
    if (error instanceof LimitExceeded) return { kind: 'limit', text: error.message };
    if (error instanceof Error && error.name === 'EffortExceeded') return { kind: 'limit', text: error.message };
    return { kind: 'error', text: `a bug: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

async function answered(question: Case): Promise<Answer> {
  switch (question.op) {
    case 'template':
      return await rendered(question);
    case 'gjson': {
      const found = gjsonGet(question.document, utf8(question.path));
      return { kind: 'output', text: found === undefined ? '-' : `+${found}` };
    }
    case 'duration': {
      const parsed = parseGoDuration(utf8(question.text));
      if ('wrong' in parsed) return { kind: 'error', text: goString(parsed.wrong) };
      return { kind: 'output', text: `[${parsed.ns},${JSON.stringify(goString(formatGoDuration(parsed.ns)))}]` };
    }
    case 'regexFind':
      return searched(question.pattern, question.text);
    case 'regexReplace':
      return replaced(question);
  }
}

async function rendered({ source, data, missingKey, delimiters }: TemplateCase): Promise<Answer> {
  try {
    const compiled = await compileGoTemplate(source, 't', delimiters ? { missingKey, delimiters } : { missingKey });
    const limits = { timeoutMs: 5_000 };
    return { kind: 'output', text: compiled.execute(rootOf(data), { now: () => Date.now(), randomBytes }, limits) };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'error', text: error.message };
    throw error;
  }
}

/** All matches: where each begins and ends, and its groups up to the ninth; null for one that took no part. */
function searched(pattern: string, text: string): Answer {
  const compiled = orError(
    () => compileBytes(pattern, () => undefined),
    (message) => message,
  );
  if ('error' in compiled) return compiled.error;
  const found: unknown[] = [];
  for (const match of compiled.made.matchesIn(text)) {
    const groups = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => match.byNumber(number));
    found.push([match.start, match.end, ...groups.map((group) => (group === undefined ? null : base64(group)))]);
  }
  return { kind: 'output', text: JSON.stringify(found) };
}

function replaced({ pattern, text, replacement }: Extract<Case, { op: 'regexReplace' }>): Answer {
  const compiled = orError(() => compileRegexp(utf8(pattern)), goString);
  if ('error' in compiled) return compiled.error;
  return { kind: 'output', text: goString(compiled.made.replaceAll(utf8(text), utf8(replacement))) };
}

function orError<T>(make: () => T, inBytes: (message: string) => string): { readonly made: T } | { readonly error: Answer } {
  try {
    return { made: make() };
  } catch (error) {
    return { error: { kind: 'error', text: inBytes(error instanceof Error ? error.message : String(error)) } };
  }
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
