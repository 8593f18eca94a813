import { AgentError } from '../core/agent-error.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import type { Delivery, FileDefaults, FileTemplate } from '../core/spec.ts';
import { templateHeader } from '../core/template-header.ts';
import type { Partials } from './eta.ts';
import { madeBefore } from './made-files.ts';
import { type Member, mergeMembers } from './merge-members.ts';
import type { GoTemplateText } from './run-go-template.ts';
import { type TemplateInput, templateInput } from './template-input.ts';
import { type TemplateWorld, templateSource } from './template-text.ts';

/**
 * All files of a delivery, from what its external secrets give: one file an entry (layout `files`), and those of `files`.
 * Throws RESOLVE_FAILED when two members have the same key, FILE_REFUSED when two files want the same path,
 * TEMPLATE_FAILED; never with a value in the message.
 */
export async function renderDelivery(
  delivery: Delivery,
  members: readonly Member[],
  world: TemplateWorld,
): Promise<readonly RenderedFile[]> {
  const entries = mergeMembers(delivery, members);
  const plain = delivery.layout === 'files' ? entryFiles(entries, delivery.defaults) : [];
  refuseClashes(delivery, plain);
  const rendered = delivery.files.length > 0 ? await renderFiles(delivery, entries, world) : [];
  return [...plain, ...rendered];
}

function entryFiles(entries: Entries, defaults: FileDefaults): readonly RenderedFile[] {
  return [...entries].map(([path, value]) => ({ path, value, ...access({}, defaults) }));
}

async function renderFiles(delivery: Delivery, entries: Entries, world: TemplateWorld): Promise<readonly RenderedFile[]> {
  const files: RenderedFile[] = [];
  for (const file of delivery.files) {
    const subject = `delivery ${delivery.name}, file ${file.path}`;
    const { engine, text, partials } = await templateSource(file.template, subject, world);
    const { kind } = file.template;
    const header = kind === 'goTemplate' || kind === 'goTemplateFile' ? undefined : templateHeader(text);
    const input = templateInput(header, file.with ?? {}, entries, subject);
    const value =
      engine === 'go'
        ? await renderGo({ subject, id: `Delivery ${delivery.name} ${file.path}`, name: file.path, text }, input.entries, world)
        : await renderEta({ path: file.path, subject, text, partials: partials ?? new Map() }, input, world);
    const mode = file.mode ?? header?.mode;
    files.push({ path: file.path, value, ...access({ ...file, ...(mode === undefined ? {} : { mode }) }, delivery.defaults) });
  }
  return files;
}

/** Only a delivery with such templates pays for their engine. */
async function renderGo(template: GoTemplateText, entries: Entries, { memory }: TemplateWorld): Promise<SecretValue> {
  const { runGoTemplate } = await import('./run-go-template.ts');
  return runGoTemplate(template, entries, memory);
}

interface EtaFile {
  readonly path: string;
  readonly subject: string;
  readonly text: string;
  readonly partials: Partials;
}

async function renderEta(
  { path, subject, text, partials }: EtaFile,
  input: TemplateInput,
  { made }: TemplateWorld,
): Promise<SecretValue> {
  const before = madeBefore(made?.get(path), { text, partials, input });
  if (before) return before;
  const { compileEta, etaRenderer } = await import('./eta.ts');
  const value = etaRenderer(input)(compileEta(text, subject, partials));
  made?.set(path, { text, partials, input, value });
  return value;
}

/** The file's own, where it says so; else the delivery's. */
function access(file: Partial<FileDefaults>, defaults: FileDefaults): Pick<RenderedFile, 'mode' | 'uid' | 'gid'> {
  const uid = file.owner ?? defaults.owner;
  const gid = file.group ?? defaults.group;
  return { mode: file.mode ?? defaults.mode, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

/** Two files can't have one path, and a file can't be a directory of another. */
function refuseClashes(delivery: Delivery, entryFilesOfIt: readonly RenderedFile[]): void {
  const origin = new Map(entryFilesOfIt.map(({ path }) => [path, `the entry ${path}`]));
  for (const { path } of delivery.files) {
    const same = origin.get(path) ?? [...origin].find(([other]) => isBelow(other, path) || isBelow(path, other))?.[1];
    if (same) throw clash(delivery, path, same);
    origin.set(path, `the file ${path}`);
  }
}

function isBelow(path: FileTemplate['path'], directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function clash(delivery: Delivery, path: string, other: string): AgentError {
  return new AgentError('FILE_REFUSED', `delivery ${delivery.name}: the file ${path} and ${other} want the same place`, {
    hint: 'Give the file another path, or use `layout: none` when only `files` are wanted.',
  });
}
