import { randomBytes } from 'node:crypto';
import { compileGoTemplate, type TemplateOptions } from '../../agent/template/gotemplate/template.ts';
import { TemplateError } from '../../agent/template/gotemplate/template-error.ts';
import { dict, GoInt, GoMap, type GoValue, goString, list } from '../../agent/template/gotemplate/value.ts';
import { type Fields, fields, textOr } from './fields.ts';
import type { Outcome } from './outcome.ts';

/** A template and its data, as gotemplate-vectors.yaml writes them; the template is called `t`. */
export async function gotemplate({ template, data, missingkey }: Fields): Promise<Outcome> {
  const missingKey: TemplateOptions['missingKey'] = missingkey === 'zero' || missingkey === 'default' ? missingkey : 'error';
  try {
    const compiled = await compileGoTemplate(goString(textOr(template, '')), 't', { missingKey });
    const text = compiled.execute(rootOf(fields(data)), { now: () => Date.now(), randomBytes });
    return { kind: 'value', value: Buffer.from(text, 'latin1') };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { kind: 'error', error: new Error(Buffer.from(error.message, 'latin1').toString('utf8')) };
  }
}

/** What External Secrets Operator passes when all values are strings; else a map of anything. */
function rootOf(data: Fields): GoMap {
  const entries = Object.entries(data).map(([key, value]) => [goString(key), goValue(value)] as const);
  const isText = entries.every(([, value]) => typeof value === 'string');
  return new GoMap(isText ? 'map[string]string' : 'map[string]interface {}', entries);
}

function goValue(value: unknown): GoValue {
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'bigint') return new GoInt('int64', value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return list(value.map(goValue));
  if (typeof value !== 'object' || value === null) return null;
  return dict(Object.entries(value).map(([key, member]) => [goString(key), goValue(member)] as const));
}
