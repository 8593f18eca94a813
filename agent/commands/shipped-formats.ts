import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemplateHeader, templateHeader } from '../core/template-header.ts';

/** A template of `templates/`. */
export interface ShippedFormat {
  readonly name: string;
  readonly engine: 'eta' | 'go';
  readonly text: string;
  readonly header: TemplateHeader;
}

const endings = [
  ['.eta', 'eta'],
  ['.gotmpl', 'go'],
] as const;

/** Their names, sorted. */
export async function shippedNames(templatesDir: string): Promise<readonly string[]> {
  const files = await readdir(templatesDir);
  const names = files.flatMap((file) => endings.flatMap(([end]) => (file.endsWith(end) ? [file.slice(0, -end.length)] : [])));
  return names.sort();
}

/** One of them; undefined: there is none of this name. */
export async function shippedFormat(templatesDir: string, name: string): Promise<ShippedFormat | undefined> {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  for (const [end, engine] of endings) {
    const text = await readFile(join(templatesDir, `${name}${end}`), 'utf8').catch(() => undefined);
    const header = text === undefined ? undefined : templateHeader(text);
    if (text !== undefined && header) return { name, engine, text, header };
  }
  return undefined;
}
