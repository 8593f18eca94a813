import { AgentError } from '../core/agent-error.ts';
import type { FileTemplate } from '../core/spec.ts';
import { includedFile, includedTexts } from '../core/template-includes.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import type { MadeFiles } from './made-files.ts';

export interface TemplateWorld {
  /** Where `templates/` is: `NAME.eta` or `NAME.gotmpl` for each `format: NAME`. */
  readonly templatesDir: string;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Of Go templates. */
  readonly memory: TemplateMemory;
  /** Of eta templates; absent where they run once. */
  readonly made?: MadeFiles;
}

/** A ConfigMap, where templates come from, holds no more than this. */
const longestBytes = 1 << 20;

/** The text of a template in its language. */
export interface TemplateSource {
  readonly engine: 'eta' | 'go';
  readonly text: string;
  /** What it includes, by name. */
  readonly partials?: ReadonlyMap<string, string>;
}

/** A template, wherever it stands. `subject` names the file that is made of it. Throws TEMPLATE_FAILED. */
export async function templateSource(
  template: FileTemplate['template'],
  subject: string,
  world: TemplateWorld,
): Promise<TemplateSource> {
  switch (template.kind) {
    case 'eta':
      return { engine: 'eta', text: template.text };
    case 'goTemplate':
      return { engine: 'go', text: template.text };
    case 'etaFile':
      return etaFileSource(template.path, subject, world);
    case 'goTemplateFile':
      return { engine: 'go', text: await read(template.path, `${subject}: template ${template.path}`, world) };
    case 'format':
      return formatSource(template.name, `${subject}: format ${template.name}`, world);
  }
}

/** Partials are beside it. */
async function etaFileSource(path: string, subject: string, world: TemplateWorld): Promise<TemplateSource> {
  const text = await read(path, `${subject}: template ${path}`, world);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const partials = await includedTexts(text, async (name) => {
    const file = includedFile(name);
    return file === undefined ? undefined : read(`${folder}/${file}`, `${subject}: template ${folder}/${file}`, world);
  });
  return { engine: 'eta', text, partials };
}

/** `NAME.eta`, or `NAME.gotmpl` where it takes what only Go templates have: PKCS#12, bcrypt. */
async function formatSource(name: string, what: string, world: TemplateWorld): Promise<TemplateSource> {
  if (!/^[a-z0-9-]+$/.test(name)) throw failed(`${what}: there is no format of this name`);
  const path = `${world.templatesDir}/${name}`;
  const eta = await world.readFile(`${path}.eta`).catch(ifAbsent);
  if (eta) return { engine: 'eta', text: textOf(eta, what) };
  return { engine: 'go', text: await read(`${path}.gotmpl`, what, world) };
}

function ifAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function read(path: string, what: string, { readFile }: TemplateWorld): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
    throw failed(`${what} can't be read${code}`);
  });
  return textOf(bytes, what);
}

function textOf(bytes: Uint8Array, what: string): string {
  if (bytes.byteLength > longestBytes) throw failed(`${what} is longer than ${longestBytes} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw failed(`${what} is not UTF-8 text`);
  }
}

function failed(message: string): AgentError {
  return new AgentError('TEMPLATE_FAILED', message);
}
