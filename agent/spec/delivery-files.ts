import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathConflict } from '../core/file-path.ts';
import { didYouMean } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { FileTemplate, FileWith } from '../core/spec.ts';
import { templateHeader } from '../core/template-header.ts';
import { includedFile, includedTexts } from '../core/template-includes.ts';
import type { FileFields } from './delivery.ts';
import { digestOf } from './digest.ts';
import { checkWith } from './file-with.ts';
import { checkTemplate } from './go-templates.ts';
import type { Linking } from './link-context.ts';

export interface LinkedFiles {
  readonly files: readonly FileTemplate[];
  /** Of the template files: the delivery counts as changed when one of them did. */
  readonly digests: readonly string[];
}

/** `files` of a Delivery. A template file is looked at now, so that its absence is a problem of the spec. */
export async function linkFiles(files: readonly Located<FileFields>[], linking: Linking): Promise<LinkedFiles> {
  const linked = await Promise.all(files.map((file) => linkFile(file, linking)));
  return { files: linked.map(({ file }) => file), digests: linked.flatMap(({ digest }) => digest ?? []) };
}

interface LinkedFile {
  readonly file: FileTemplate;
  readonly digest?: string;
}

async function linkFile(at: Located<FileFields>, linking: Linking): Promise<LinkedFile> {
  const { eta, etaFile, goTemplate, goTemplateFile, format, with: given, validate: _, ...access } = at.value;
  const rest = { ...access, ...(given ? { with: given.value } : {}) };
  if ((eta !== undefined || etaFile) && !linking.options.templates.includes('eta'))
    linking.report(problemAt(at, 'error', 'eta templates are off (--templates=go)'));
  if (given && (goTemplate ?? goTemplateFile))
    linking.report(problemAt(given, 'error', 'a Go template takes nothing beside its entries; eta templates and formats do'));
  if (goTemplate) {
    await checkTemplate(goTemplate, goTemplate.value, linking);
    return { file: { ...rest, template: { kind: 'goTemplate', text: goTemplate.value } } };
  }
  const named = goTemplateFile ?? etaFile;
  if (named) {
    const path = resolve(dirname(named.place.file), named.value);
    const text = await templateFile(path, named, linking);
    if (goTemplateFile && text !== undefined) await checkTemplate(named, text, linking);
    const kind = goTemplateFile ? 'goTemplateFile' : 'etaFile';
    if (given && etaFile) checkGiven(given, text ?? '', path, linking);
    const included = etaFile ? await includedBy(text ?? '', path, etaFile, linking) : [];
    return { file: { ...rest, template: { kind, path } }, digest: digestOf([text ?? '', ...included].join('\0')) };
  }
  if (format) {
    await checkFormat(format, given, linking);
    return { file: { ...rest, template: { kind: 'format', name: format.value } } };
  }
  if (given) checkGiven(given, eta ?? '', 'the template', linking);
  return { file: { ...rest, template: { kind: 'eta', text: eta ?? '' } } };
}

/** The texts of what a template includes, from its own folder. */
async function includedBy(text: string, path: string, at: Located<string>, linking: Linking): Promise<readonly string[]> {
  const texts = await includedTexts(text, async (name) => {
    const file = includedFile(name);
    if (file !== undefined) return templateFile(join(dirname(path), file), at, linking);
    linking.report(problemAt(at, 'error', `include takes the name of a template in the same folder, such as include('header')`));
    return undefined;
  });
  return [...texts.values()];
}

/** A template without a header takes what it gets. */
function checkGiven(given: Located<FileWith>, text: string, template: string, linking: Linking): void {
  const header = templateHeader(text);
  if (header) checkWith(given, header, template, linking);
}

async function templateFile(path: string, at: Located<string>, { report }: Linking): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error';
    report(problemAt(at, 'error', `the template ${path} can't be read (${code})`));
    return undefined;
  }
}

async function checkFormat(format: Located<string>, given: Located<FileWith> | undefined, linking: Linking): Promise<void> {
  const { formats } = linking.options;
  if (!formats) return;
  const header = await formats.header(format.value);
  if (header) {
    if (given) checkWith(given, header, `format ${format.value}`, linking);
    return;
  }
  const names = await formats.names();
  linking.report(problemAt(format, 'error', `no such format; allowed: ${names.join(', ')}${didYouMean(format.value, names)}`));
}

/** Entries that are known from the manifests, and the delivery's own files: no two may want one path. */
export function checkPaths(files: readonly Located<FileFields>[], entryKeys: Iterable<string>, { report }: Linking): void {
  const paths = [...entryKeys];
  for (const file of files) {
    const conflict = pathConflict([...paths, file.value.path]);
    if (conflict)
      report(problemAt(file, 'error', `"${conflict.path}" ${conflict.problem}: of two files, or of an entry and a file`));
    else paths.push(file.value.path);
  }
}
