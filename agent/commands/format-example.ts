import type { TemplateHeader } from '../core/template-header.ts';

/** The example in the header of a format. */
export interface FormatExample {
  readonly entries: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** The whole file; undefined where the header describes it in brackets. */
  readonly gives?: string;
}

/** Lines of `NAME = TEXT`; `with.NAME` is an option; a text in double quotes is one of JSON, such as "two\nlines". */
export function exampleOf({ says }: TemplateHeader): FormatExample {
  const entries: Record<string, string> = {};
  const options: Record<string, string> = {};
  for (const line of (says.get('Example') ?? '').split('\n')) {
    const [, option, name = '', text = ''] = /^(with\.)?([^ ]+) = ?(.*)$/.exec(line) ?? [];
    if (name !== '') (option ? options : entries)[name] = text.startsWith('"') ? textOfJson(text) : text;
  }
  const gives = says.get('Gives') ?? '';
  return { entries, options, ...(gives.startsWith('(') ? {} : { gives: `${gives}\n` }) };
}

function textOfJson(text: string): string {
  const value: unknown = JSON.parse(text);
  return String(value);
}
