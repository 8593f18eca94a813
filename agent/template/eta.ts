import { Script } from 'node:vm';
import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import { openContext, partialName, runName, templateFile } from './eta-context.ts';
import type { InsideFailure, InsideInput, InsideReport } from './eta-inside.ts';
import { type EtaSource, etaSource, type TemplatePlace } from './eta-source.ts';
import { textQuotings, valueQuotings } from './quoting/known.ts';
import type { TemplateInput } from './template-input.ts';

/** A template, ready to run. */
export interface EtaTemplate {
  /** What errors call it, such as `delivery web, file app.env`. */
  readonly subject: string;
  /** The template itself, then its partials. */
  readonly parts: readonly EtaPart[];
}

/** The texts that a template includes, by the name that it has for them. */
export type Partials = ReadonlyMap<string, string>;

interface EtaPart {
  /** Of a partial; '' is the template itself. */
  readonly name: string;
  readonly text: string;
  readonly source: EtaSource;
  readonly script: Script;
}

export interface EtaLimits {
  /** 5 s unless given: on the wall, so that a pod that gets a twentieth of a processor has time for a long file. */
  readonly timeoutMs?: number;
  /** 1 MiB unless given. */
  readonly outputBytes?: number;
}

/** Throws TEMPLATE_FAILED with line and column. No value is involved yet, so the message may show code. */
export function compileEta(text: string, subject: string, partials: Partials = new Map()): EtaTemplate {
  const all = [['', text] as const, ...partials];
  return { subject, parts: all.map(([name, part], at) => compiledPart(name, part, at, subject)) };
}

function compiledPart(name: string, text: string, at: number, subject: string): EtaPart {
  const source = etaSource(text, subjectOf(subject, name));
  const head = at === 0 ? `${runName}(` : `${partialName}(${JSON.stringify(name)}, `;
  try {
    const script = new Script(`${head}function (it, options, keytidePut) {\n'use strict';\n${source.code}\n})`, {
      filename: `${templateFile}-${at}`,
    });
    return { name, text, source, script };
  } catch (error) {
    throw syntaxError(error, source, subjectOf(subject, name));
  }
}

function subjectOf(subject: string, partial: string): string {
  return partial === '' ? subject : `${subject}, partial ${partial}`;
}

/**
 * Makes these entries ready for templates. The returned function makes one file; it throws TEMPLATE_FAILED with line, column
 * and cause, never with a value.
 */
export function etaRenderer({ entries, options }: TemplateInput, limits: EtaLimits = {}): (template: EtaTemplate) => SecretValue {
  const { timeoutMs = 5000, outputBytes = 1 << 20 } = limits;
  const { texts, binaries } = readable(entries);
  return (template) => {
    const functions = namedIn(template);
    const run = openContext({ texts, binaries, options, functions, outputLimit: outputBytes }, timeoutMs);
    const [main, ...partials] = template.parts.map(({ script }) => script);
    const result = run(main ? [...partials, main] : []);
    if (result.kind === 'tooLong') throw failed(template.subject, `the template ran for more than ${timeoutMs} ms`);
    if (result.kind === 'failed') throw failureOf(template, result.report, entries);
    const value = SecretValue.ofText(result.text);
    if (value.length > outputBytes) throw failed(template.subject, `the output is longer than ${outputBytes} bytes`);
    return value;
  };
}

const quotingNames = [...Object.keys(textQuotings), ...Object.keys(valueQuotings)];

function namedIn({ parts }: EtaTemplate): readonly string[] {
  return quotingNames.filter((name) => parts.some(({ text }) => text.includes(name)));
}

function readable(entries: Entries): Pick<InsideInput, 'texts' | 'binaries'> {
  const texts: [string, string][] = [];
  const binaries: [string, string][] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (const [key, value] of entries) {
    try {
      texts.push([key, decoder.decode(value.reveal())]);
    } catch {
      binaries.push([key, Buffer.from(value.reveal()).toString('base64')]);
    }
  }
  return { texts, binaries };
}

/** V8 puts `FILE:LINE`, the line and a caret below it on top of the stack. */
function syntaxError(error: unknown, source: EtaSource, subject: string): AgentError {
  const [head = '', , caret = ''] = (error instanceof Error ? (error.stack ?? '') : '').split('\n');
  const place = source.placeOf(Number(/:(\d+)$/.exec(head)?.[1] ?? 0) - linesAround, caret.indexOf('^') + 1);
  if (place === 'end') return failed(subject, 'something that is opened in the template (a brace, a bracket) is not closed');
  return failed(subject, `${placeText(place)}${error instanceof Error ? error.message : 'the code can not be read'}`);
}

/** Of the script, above the body of the function. */
const linesAround = 2;

function failureOf({ subject, parts }: EtaTemplate, json: string, entries: Entries): AgentError {
  const { failure, places } = reportOf(json);
  const found = places.flatMap(([at, line, column]) => {
    const part = parts[at];
    const place = part?.source.placeOf(line - linesAround, column);
    return part === undefined || place === undefined || place === 'end' ? [] : [{ name: part.name, place }];
  });
  const [innermost] = found;
  const text = parts.map((part) => part.text).join('\n');
  const where = innermost === undefined ? '' : placeText(innermost.place);
  return failed(subjectOf(subject, innermost?.name ?? ''), `${where}${causeText(failure, text, entries)}`);
}

/** What comes out of the context is a string; that it is a report is our own code's doing, unless a template tampered with it. */
function reportOf(json: string): InsideReport {
  try {
    return JSON.parse(json);
  } catch {
    return { failure: { kind: 'threw', name: 'Error' }, places: [] }; // Not the error: it quotes its input.
  }
}

function placeText({ line, column }: TemplatePlace): string {
  return `line ${line}, column ${column}: `;
}

/** Words that stand in the template may be shown; anything else could be a value or a part of one. */
function causeText(failure: InsideFailure, text: string, entries: Entries): string {
  switch (failure.kind) {
    case 'missing':
      if (!namesIt(text, failure.key)) return 'there is no entry with the key that is computed here';
      return `there is no entry "${failure.key}"${didYouMean(failure.key, entries.keys())}`;
    case 'noOption':
      if (!namesIt(text, failure.key)) return 'there is no option of the name that is computed here';
      return `there is no option "${failure.key}": write with: { ${failure.key}: TEXT }`;
    case 'binary':
      return `entry "${failure.key}" is not UTF-8 text: write it with b64of("${failure.key}"), or deliver it as a file of its own`;
    case 'refused':
      return failure.why;
    case 'threw':
      return threwText(failure, text, entries);
  }
}

function threwText({ name, unknownName }: InsideFailure & { readonly kind: 'threw' }, text: string, entries: Entries): string {
  if (unknownName === undefined || !text.includes(unknownName)) return `the code threw ${name}`;
  if (entries.has(unknownName)) return `${unknownName} is not defined; did you mean "it.${unknownName}"?`;
  const known = [...quotingNames, 'b64of'];
  return `${unknownName} is not defined${didYouMean(unknownName, known)}`;
}

/** True when the template itself has that key, as `it.KEY` or in quotes: a computed one may be a value. */
function namesIt(text: string, key: string): boolean {
  return ['.', "'", '"', '`'].some((before) => {
    const at = text.indexOf(before + key);
    return key !== '' && at !== -1 && !/[\w$]/.test(text.charAt(at + 1 + key.length));
  });
}

function failed(subject: string, message: string): AgentError {
  return new AgentError('TEMPLATE_FAILED', `${subject}: ${message}`);
}
