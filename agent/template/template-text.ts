import { AgentError } from '../core/agent-error.ts';
import type { FileTemplate } from '../core/spec.ts';
import type { TemplateMemory } from '../core/template-memory.ts';

export interface TemplateWorld {
  /** Where `templates/` is: `NAME.eta` for each `format: NAME`. */
  readonly templatesDir: string;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Of Go templates. */
  readonly memory: TemplateMemory;
}

/** A ConfigMap, where templates come from, holds no more than this. */
const longestBytes = 1 << 20;

/** The text of a template, wherever it stands. `subject` names the file that is made of it. Throws TEMPLATE_FAILED. */
export async function templateText(template: FileTemplate['template'], subject: string, world: TemplateWorld): Promise<string> {
  switch (template.kind) {
    case 'eta':
    case 'goTemplate':
      return template.text;
    case 'etaFile':
    case 'goTemplateFile':
      return read(template.path, `${subject}: template ${template.path}`, world);
    case 'format':
      if (!/^[a-z0-9-]+$/.test(template.name)) throw failed(`${subject}: there is no format of this name`);
      return read(`${world.templatesDir}/${template.name}.eta`, `${subject}: format ${template.name}`, world);
  }
}

async function read(path: string, what: string, { readFile }: TemplateWorld): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
    throw failed(`${what} can't be read${code}`);
  });
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
