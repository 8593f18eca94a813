import type { ExternalSecret } from '../core/spec.ts';
import { goTemplateFailure } from './go-template-failure.ts';
import { randomStream } from './gotemplate/random-stream.ts';
import { compileGoTemplate, type GoTemplate } from './gotemplate/template.ts';
import { GoMap, goString } from './gotemplate/value.ts';

/**
 * Makes `rewrite.transform` of an external secret ready (eso.md 1.12): a template that gets `.value`, the old key, and gives the new
 * one. A missing field is `<no value>` there. Key names must not be made up, so chance gives always the same. Throws TEMPLATE_FAILED.
 */
export async function keyTransform({ name, dataFrom }: ExternalSecret): Promise<(template: string, key: string) => string> {
  const texts = dataFrom.flatMap(({ rewrite }) => rewrite.flatMap((step) => (step.kind === 'transform' ? [step.template] : [])));
  const subject = `external secret ${name}, rewrite.transform`;
  const compiled = new Map<string, GoTemplate>();
  for (const text of texts) compiled.set(text, await compileKeyTransform(text, subject));
  return (template, key) => transformed(compiled.get(template), key, subject);
}

async function compileKeyTransform(text: string, subject: string): Promise<GoTemplate> {
  try {
    return await compileGoTemplate(goString(text), 'transform', { missingKey: 'default' });
  } catch (error) {
    throw goTemplateFailure(error, subject, ['value']);
  }
}

function transformed(template: GoTemplate | undefined, key: string, subject: string): string {
  if (!template) return key;
  try {
    const root = new GoMap('map[string]string', [['value', goString(key)]]);
    const effects = { now: () => 0, randomBytes: randomStream(new Uint8Array(32)) };
    return Buffer.from(template.execute(root, effects), 'latin1').toString('utf8');
  } catch (error) {
    throw goTemplateFailure(error, `${subject}, key ${key}`, ['value']);
  }
}
