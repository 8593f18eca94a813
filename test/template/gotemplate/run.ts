import type { TemplateLimits } from '../../../agent/template/gotemplate/budget.ts';
import { randomStream } from '../../../agent/template/gotemplate/random-stream.ts';
import { compileGoTemplate, type TemplateOptions } from '../../../agent/template/gotemplate/template.ts';
import { TemplateError } from '../../../agent/template/gotemplate/template-error.ts';
import { GoMap, goString } from '../../../agent/template/gotemplate/value.ts';

export interface Given {
  readonly data?: Readonly<Record<string, string>>;
  readonly options?: TemplateOptions;
  readonly limits?: TemplateLimits;
}

/** What a template called `t` gives on data of strings; the clock stands at 2026-01-02 03:04:05 UTC, chance is always the same. */
export async function run(source: string, { data = {}, options = {}, limits = {} }: Given = {}): Promise<string> {
  const template = await compileGoTemplate(goString(source), 't', options);
  const root = new GoMap(
    'map[string]string',
    Object.entries(data).map(([key, value]) => [goString(key), goString(value)] as const),
  );
  const effects = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), randomBytes: randomStream(new Uint8Array(32)) };
  return Buffer.from(template.execute(root, effects, limits), 'latin1').toString('utf8');
}

/** What a failing template ends with; throws when it doesn't fail as templates do. */
export async function failureOf(source: string, given: Given = {}): Promise<TemplateError> {
  const failure: unknown = await run(source, given).then(
    () => new Error('the template did not fail'),
    (error: unknown) => error,
  );
  if (failure instanceof TemplateError) return failure;
  throw failure;
}
