import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import type { FileWith } from '../core/spec.ts';
import type { HeaderField, TemplateHeader } from '../core/template-header.ts';

/** What a template sees: `it` and `options`. */
export interface TemplateInput {
  readonly entries: Entries;
  readonly options: Options;
}

export type Options = readonly (readonly [name: string, text: string])[];

/**
 * Fills what the header of a template asks for. A value that it needs is what `with` says, else the entry of that name, else what the
 * header has for it; an option is never an entry. Without a header the template sees all entries, and `with` as its options.
 * Throws TEMPLATE_FAILED, with names and no values.
 */
export function templateInput(
  header: TemplateHeader | undefined,
  given: FileWith,
  entries: Entries,
  subject: string,
): TemplateInput {
  if (!header) return { entries, options: Object.entries(given).map(([name, of]) => [name, textOf(name, of, subject)]) };
  const options = header.options.flatMap((field) => {
    const of = given[field.name];
    const text = of === undefined ? field.standard : textOf(field.name, of, subject);
    if (text === undefined && !field.isOptional) throw failed(subject, `it needs with.${field.name}: ${field.meaning}`);
    return text === undefined ? [] : [[field.name, text] as const];
  });
  if (header.needs === 'all') return { entries, options };
  const needed = header.needs.flatMap((field) => {
    const value = neededValue(field, given[field.name], entries, subject);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return { entries: new Map(needed), options };
}

function neededValue(
  field: HeaderField,
  of: FileWith[string] | undefined,
  entries: Entries,
  subject: string,
): SecretValue | undefined {
  const { name, standard, isOptional } = field;
  if (of?.kind === 'text') return SecretValue.ofText(of.text);
  const key = of?.entry ?? name;
  const value = entries.get(key);
  if (value !== undefined) return value;
  const near = didYouMean(key, entries.keys());
  if (of) throw failed(subject, `with.${name} names the entry "${key}", and there is none${near}`);
  if (standard !== undefined) return SecretValue.ofText(standard);
  if (isOptional) return undefined;
  const mend = `write with: { ${name}: TEXT }, or with: { ${name}: { entry: KEY } }`;
  throw failed(subject, `it needs "${name}", and there is no entry of this name${near}; ${mend}`);
}

function textOf(name: string, of: FileWith[string], subject: string): string {
  if (of.kind === 'text') return of.text;
  throw failed(subject, `with.${name} is an option: give it as text, not as an entry`);
}

function failed(subject: string, message: string): AgentError {
  return new AgentError('TEMPLATE_FAILED', `${subject}: ${message}`);
}
