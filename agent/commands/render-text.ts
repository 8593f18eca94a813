import type { DeliveryFiles, FileValue, NamedValue, RenderReport, SecretReport } from './render-report.ts';
import type { ValueReport } from './render-value.ts';

/** The report for a person. A key that is delivered as a file is shown as that file only. */
export function renderText({ externalSecrets, deliveries }: RenderReport, values: 'masked' | 'shown'): string {
  const files = new Set(deliveries.flatMap((each) => each.files.map(({ path }) => path)));
  const secrets = externalSecrets.map((each) => secretLines(each, files)).filter((lines) => lines.length > 1); // All of it is in files.
  const blocks = [...secrets, ...deliveries.map(deliveryLines), [ending[values]]];
  return blocks.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

const ending = {
  masked: 'nothing was written; --show-values shows the values at a terminal',
  shown: 'nothing was written',
} as const;

function secretLines(
  { externalSecret, type, keys, labels, annotations, warnings, notes }: SecretReport,
  files: ReadonlySet<string>,
): readonly string[] {
  const others = keys.filter(({ name }) => !files.has(name));
  const width = widest([...others, ...labels, ...annotations].map(({ name }) => name));
  const valueLines = (what: string, each: readonly NamedValue[]): readonly string[] =>
    each.map((value) => row(what, `${safe(value.name).padEnd(width)}  ${marked(value)}`));
  return [
    `external secret ${externalSecret}`,
    ...(type === undefined ? [] : [row('type', type)]),
    ...valueLines('key', others),
    ...valueLines('label', labels),
    ...valueLines('annotation', annotations),
    ...warnings.map((warning) => row('warning', safe(warning))),
    ...notes.map((note) => row('note', safe(note))),
  ];
}

function deliveryLines({ delivery, directory, files, notes }: DeliveryFiles): readonly string[] {
  const width = widest(files.map(({ path }) => path));
  return [
    `delivery ${delivery}: ${directory}`,
    ...files.map((file) => row('file', fileLine(file, width))),
    ...(files.length === 0 ? [row('file', 'none')] : []),
    ...notes.map((note) => row('note', safe(note))),
  ];
}

function fileLine({ path, mode, owner, group, ...value }: FileValue, width: number): string {
  return `${mode} ${`${owner ?? 'agent'}:${group ?? 'agent'}`.padEnd(11)} ${safe(path).padEnd(width)}  ${marked(value)}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(10)} ${text}`;
}

/** A very long name doesn't push all values out of the window. */
function widest(names: readonly string[]): number {
  return Math.min(40, Math.max(0, ...names.map((name) => safe(name).length)));
}

/** `[24 bytes, text]`, and the value behind it; below it, as it is, where it has several lines. */
function marked({ bytes, form, value, encoding }: ValueReport): string {
  const marker = `[${bytes} byte${bytes === 1 ? '' : 's'}, ${form === 'json' ? 'JSON' : form}]`;
  if (value === undefined || value === '') return marker;
  if (encoding === 'base64') return `${marker}  in base64: ${value}`;
  return /[\r\n]/.test(value) ? `${marker}\n${value.replace(/\n$/, '')}` : `${marker}  ${value}`;
}

/** Names and words that come from a store must not move the cursor of who reads them. */
function safe(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
