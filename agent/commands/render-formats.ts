import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import type { Delivery } from '../core/spec.ts';
import type { HeaderField, HeaderLabel } from '../core/template-header.ts';
import { exampleOf } from './format-example.ts';
import type { Choice } from './render-choice.ts';
import type { RenderSettings } from './render-options.ts';
import { type ShippedFormat, shippedFormat, shippedNames } from './shipped-formats.ts';
import type { World } from './world.ts';

type Format = NonNullable<RenderSettings['format']>;
type Templates = Pick<World, 'templatesDir'>;

/** What is chosen, as if a delivery of it had one file, in this format. Throws USAGE when there is no such format. */
export async function inFormat(choice: Choice, format: Format, world: Templates): Promise<Choice> {
  await formatNamed(format, world);
  const { externalSecrets, deliveries } = choice;
  const [delivery] = deliveries;
  if (!delivery) throw new AgentError('USAGE', 'it is delivered nowhere, so it has no files');
  const file = { path: format.name, template: { kind: 'format', name: format.name }, with: format.with } as const;
  const names = externalSecrets.map(({ name }) => name);
  const made: Delivery = { ...delivery, externalSecrets: names, layout: 'none', files: [file] };
  return { externalSecrets, deliveries: [made], needed: externalSecrets };
}

/** `list`: every format and what it is; else what the header of one says, and what to write in a manifest. Throws USAGE. */
export async function formatsText(format: Format, output: RenderSettings['output'], world: Templates): Promise<string> {
  const isOne = format.name !== 'list';
  const formats = isOne ? [await formatNamed(format, world)] : await allFormats(world);
  if (output === 'json') return `${JSON.stringify(isOne ? formats.map(factsOf)[0] : formats.map(factsOf), undefined, 2)}\n`;
  if (isOne) return formats.map(oneText).join('');
  const width = Math.max(...formats.map(({ name }) => name.length));
  return formats.map(({ name, header }) => `${name.padEnd(width)}  ${header.summary}\n`).join('');
}

async function allFormats({ templatesDir }: Templates): Promise<readonly ShippedFormat[]> {
  const names = await shippedNames(templatesDir);
  const formats = await Promise.all(names.map((name) => shippedFormat(templatesDir, name)));
  return formats.flatMap((format) => format ?? []);
}

async function formatNamed({ name }: Format, { templatesDir }: Templates): Promise<ShippedFormat> {
  const format = await shippedFormat(templatesDir, name);
  if (format) return format;
  const near = didYouMean(name, await shippedNames(templatesDir));
  throw new AgentError('USAGE', `--format: there is no format ${name.slice(0, 60)}${near}`, {
    hint: 'keytide render --format list shows all of them.',
  });
}

const shown = [
  'Makes',
  'Mode',
  'Needs',
  'With',
  'Holds',
  'Read by',
  'Example',
  'Gives',
] as const satisfies readonly HeaderLabel[];

function oneText({ name, header }: ShippedFormat): string {
  const said = shown.flatMap((label) => {
    const text = header.says.get(label);
    return text === undefined ? [] : [`${label.padEnd(9)}${text.replaceAll('\n', '\n         ')}`];
  });
  const manifest = ['In a Delivery:', '', '  files:', `    - path: ${name}`, `      format: ${name}`];
  const fields = [...(header.needs === 'all' ? [] : header.needs), ...header.options];
  const given = fields.length === 0 ? [] : ['      with:', ...fields.map(withLine)];
  return `${name}: ${header.summary}\n\n${said.join('\n')}\n\n${[...manifest, ...given].join('\n')}\n`;
}

/** As YAML that says what is so anyway, or what must be filled in. */
function withLine({ name, standard, isOptional }: HeaderField): string {
  const value = standard === undefined ? `{ entry: ${name} }` : JSON.stringify(standard);
  return `        ${name}: ${value}${isOptional ? '  # may be left out' : ''}`;
}

/** For a program. */
function factsOf({ name, header }: ShippedFormat): Readonly<Record<string, unknown>> {
  const { summary, says, mode, needs, options } = header;
  return {
    ...{ name, summary, makes: says.get('Makes'), holds: says.get('Holds'), readBy: says.get('Read by') },
    ...(mode === undefined ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    ...{ needs, options, example: exampleOf(header) },
  };
}
