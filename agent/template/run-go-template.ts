import { type Entries, SecretValue } from '../core/secret-value.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { goTemplateFailure, goTemplateProblem } from './go-template-failure.ts';
import { randomStream } from './gotemplate/random-stream.ts';
import { compileGoTemplate, type GoTemplate } from './gotemplate/template.ts';
import { GoMap, goString } from './gotemplate/value.ts';

/** A Go template of the spec, or of a file that it names. */
export interface GoTemplateText {
  /** What errors call it, such as `external secret db, key url`. */
  readonly subject: string;
  /** Tells it from the pod's other templates. */
  readonly id: string;
  /** As External Secrets Operator names it: the key, or for a whole document the text. */
  readonly name: string;
  readonly text: string;
}

/**
 * What the entries make of a template, which sees them as `map[string]string` (gotemplate.md 11). What it makes up at random, and the
 * time that it sees, stay the same until its text or the entries change. Throws TEMPLATE_FAILED, never with a value.
 */
export async function runGoTemplate(template: GoTemplateText, entries: Entries, memory: TemplateMemory): Promise<SecretValue> {
  const { subject, name, text } = template;
  try {
    const compiled = await compileGoTemplate(goString(text), goString(name));
    return compiled.isRepeatable ? run(compiled, entries, noEffects) : await runOnce(compiled, template, entries, memory);
  } catch (error) {
    throw goTemplateFailure(error, subject, entries.keys());
  }
}

/** Nothing in a template that is repeatable asks for these. */
const noEffects = {
  now: () => 0,
  randomBytes: (count: number) => new Uint8Array(count),
};

async function runOnce(
  compiled: GoTemplate,
  { id, text }: GoTemplateText,
  entries: Entries,
  memory: TemplateMemory,
): Promise<SecretValue> {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const input = sorted.flatMap(([key, value]) => [Buffer.from(key), value.reveal()]);
  const remembered = await memory.recall(id, [Buffer.from(text), ...input]);
  if (remembered.kind === 'output') return remembered.value;
  const { seed, since, keep } = remembered;
  const output = run(compiled, entries, { now: () => since, randomBytes: randomStream(seed) });
  keep(output);
  return output;
}

function run(compiled: GoTemplate, entries: Entries, effects: Parameters<GoTemplate['execute']>[1]): SecretValue {
  const root = [...entries].map(([key, value]) => [goString(key), Buffer.from(value.reveal()).toString('latin1')] as const);
  return new SecretValue(Buffer.from(compiled.execute(new GoMap('map[string]string', root), effects), 'latin1'));
}

/** What keeps a template from running at all, whatever the entries are; undefined: nothing. */
export async function problemOfGoTemplate(text: string): Promise<string | undefined> {
  try {
    await compileGoTemplate(goString(text), 'template');
    return undefined;
  } catch (error) {
    const { message, hint } = goTemplateProblem(error, []);
    return hint === undefined ? message : `${message}. ${hint}`;
  }
}
