/** `npm run formats`: puts the table of the formats into docs/templates.md, out of the headers of templates/. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedFormat, shippedNames } from '../agent/commands/shipped-formats.ts';
import type { HeaderField, TemplateHeader } from '../agent/core/template-header.ts';

const begin = '<!-- formats: npm run formats -->';
const end = '<!-- end of formats -->';

/** The table, in Markdown. */
export async function formatsTable(templatesDir: string): Promise<string> {
  const lines = ['| format | makes | needs | can hold | reader proved with | example |', '| --- | --- | --- | --- | --- | --- |'];
  for (const name of await shippedNames(templatesDir)) {
    const format = await shippedFormat(templatesDir, name);
    if (format) lines.push(lineOf(name, format.header));
  }
  return lines.join('\n');
}

/** The page with this table in it. */
export function withTable(page: string, table: string): string {
  const [before = '', rest = ''] = page.split(begin);
  const [, after = ''] = rest.split(end);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

function lineOf(name: string, header: TemplateHeader): string {
  const says = (label: 'Makes' | 'Holds' | 'Read by'): string => cell((header.says.get(label) ?? '').replaceAll('\n', ' '));
  const mode = header.mode === undefined ? '' : `, mode 0${header.mode.toString(8)}`;
  const needs =
    header.needs === 'all' ? [cell((header.says.get('Needs') ?? '').replaceAll('\n', ' '))] : header.needs.map(fieldText);
  const options = header.options.map((field) => `option ${fieldText(field)}`);
  const example = `${code(header.says.get('Example') ?? '')}<br>gives<br>${code(header.says.get('Gives') ?? '')}`;
  const cells = [
    `\`${name}\``,
    says('Makes') + mode,
    [...needs, ...options].join('<br>'),
    says('Holds'),
    says('Read by'),
    example,
  ];
  return `| ${cells.join(' | ')} |`;
}

function fieldText({ name, meaning, standard, isOptional }: HeaderField): string {
  const absent =
    standard === undefined ? (isOptional ? ', may be absent' : '') : `, else \`${standard === '' ? '""' : standard}\``;
  return `\`${name}\`${absent}${meaning === '' ? '' : `: ${cell(meaning)}`}`;
}

/** HTML, since a cell can't hold a line break and code in Markdown can't hold a backtick. */
function code(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const lines = escaped.replace(/[|\\`*_[\]$]/g, (mark) => `&#${mark.charCodeAt(0)};`).split('\n');
  return lines.map((line) => `<code>${line.replaceAll('  ', '&nbsp;&nbsp;')}</code>`).join('<br>');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (process.argv[1] === import.meta.filename) {
  const repository = join(import.meta.dirname, '..');
  const path = join(repository, 'docs/templates.md');
  const page = await readFile(path, 'utf8');
  await writeFile(path, withTable(page, await formatsTable(join(repository, 'templates'))));
}
