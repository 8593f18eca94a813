import { object, required } from '../core/object-shape.ts';
import { didYouMean } from '../core/problem.ts';
import { derive, record, refuse, type Shape, string } from '../core/shape.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { FileWith } from '../core/spec.ts';
import type { TemplateHeader } from '../core/template-header.ts';
import type { Linking } from './link-context.ts';

const entry = object({ entry: required(string({ minLength: 1, description: 'The key of an entry.' })) });

/** A text, a number or a boolean as it is written, or an entry. */
const given: Shape<FileWith[string]> = {
  schema: { anyOf: [{ type: ['string', 'number', 'boolean'] }, entry.schema] },
  decode(node, context) {
    if (node.kind === 'string') return { kind: 'text', text: node.value };
    if (node.kind === 'number' || node.kind === 'boolean') return { kind: 'text', text: node.text };
    if (node.kind !== 'map') return refuse(node, context, 'a text is wanted, or { entry: KEY }');
    return derive(entry, (value) => ({ kind: 'entry' as const, entry: value.entry })).decode(node, context);
  },
};

/** `with` of a file. */
export const fileWith: Shape<FileWith> = record(given);

/** A template that says what it takes is given nothing else. */
export function checkWith(
  given: Located<FileWith>,
  { needs, options }: TemplateHeader,
  template: string,
  { report }: Linking,
): void {
  const needed = needs === 'all' ? [] : needs.map(({ name }) => name);
  const known = [...needed, ...options.map(({ name }) => name)];
  for (const [name, of] of Object.entries(given.value)) {
    const at = { ...given, path: `${given.path}.${name}` };
    if (!known.includes(name)) {
      const allowed = known.length > 0 ? `it takes ${known.join(', ')}` : 'it takes nothing';
      report(problemAt(at, 'error', `${template} knows no such name; ${allowed}${didYouMean(name, known)}`));
    } else if (of.kind === 'entry' && !needed.includes(name)) {
      report(problemAt(at, 'error', `an option of ${template} is a text, not an entry`));
    }
  }
}
