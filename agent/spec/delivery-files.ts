import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathConflict } from '../core/file-path.ts';
import { didYouMean } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { FileTemplate } from '../core/spec.ts';
import type { FileFields } from './delivery.ts';
import { digestOf } from './digest.ts';
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
  const { eta, etaFile, goTemplate, goTemplateFile, format, validate: _, ...access } = at.value;
  if ((eta !== undefined || etaFile) && !linking.options.templates.includes('eta'))
    linking.report(problemAt(at, 'error', 'eta templates are off (--templates=go)'));
  if (goTemplate) {
    await checkTemplate(goTemplate, goTemplate.value, linking);
    return { file: { ...access, template: { kind: 'goTemplate', text: goTemplate.value } } };
  }
  const named = goTemplateFile ?? etaFile;
  if (named) {
    const path = resolve(dirname(named.place.file), named.value);
    const text = await templateFile(path, named, linking);
    if (goTemplateFile && text !== undefined) await checkTemplate(named, text, linking);
    const kind = goTemplateFile ? 'goTemplateFile' : 'etaFile';
    return { file: { ...access, template: { kind, path } }, digest: digestOf(text ?? '') };
  }
  if (format) checkFormat(format, linking);
  return { file: { ...access, template: format ? { kind: 'format', name: format.value } : { kind: 'eta', text: eta ?? '' } } };
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

function checkFormat(format: Located<string>, { options: { formats }, report }: Linking): void {
  if (!formats || formats.includes(format.value)) return;
  report(problemAt(format, 'error', `no such format; allowed: ${formats.join(', ')}${didYouMean(format.value, formats)}`));
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
