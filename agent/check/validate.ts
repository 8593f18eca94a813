import { AgentError } from '../core/agent-error.ts';
import type { FileSyntax, Validation } from '../core/hooks.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import { type Fault, faultText } from './fault.ts';

/**
 * Looks at files before anybody sees them, as `validate` of a Delivery says. `now` in ms since the epoch. Throws CHECK_FAILED with the
 * first fault of each file: its name, line and column, never a piece of it. Each syntax is loaded when it is asked for.
 */
export async function validateFiles(
  validations: readonly Validation[],
  files: readonly RenderedFile[],
  now: number,
): Promise<void> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: string[] = [];
  for (const validation of validations) {
    const problem =
      validation.kind === 'syntax' ? await syntaxProblem(validation, byPath) : await pairProblem(validation, byPath, now);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new AgentError('CHECK_FAILED', problems.join('; '));
}

type Files = ReadonlyMap<string, RenderedFile>;
type Of<K extends Validation['kind']> = Extract<Validation, { readonly kind: K }>;

async function syntaxProblem({ file, syntax }: Of<'syntax'>, files: Files): Promise<string | undefined> {
  const found = files.get(file);
  if (!found) return absent(file, `validated as ${names[syntax]}`);
  const fault = await syntaxFault(found.value.reveal(), syntax);
  return fault && `${file} is not valid as ${names[syntax]}: ${faultText(fault)}`;
}

const names: Readonly<Record<FileSyntax, string>> = {
  json: 'JSON',
  yaml: 'YAML',
  toml: 'TOML',
  dotenv: 'dotenv',
  properties: 'properties',
  pem: 'PEM',
};

/** The parsers of YAML and TOML take a second for some MiB, in which nothing else goes on; a Secret holds one MiB. */
const mostBytes: Readonly<Record<FileSyntax, number>> = {
  ...{ yaml: 1024 * 1024, toml: 1024 * 1024 },
  ...{ json: 8 * 1024 * 1024, dotenv: 8 * 1024 * 1024, properties: 8 * 1024 * 1024, pem: 8 * 1024 * 1024 },
};

async function syntaxFault(bytes: Uint8Array, syntax: FileSyntax): Promise<Fault | undefined> {
  if (bytes.byteLength > mostBytes[syntax])
    return { what: `it has ${bytes.byteLength} bytes, and ${mostBytes[syntax]} are the most that is looked at` };
  if (syntax === 'properties') return (await import('./properties.ts')).propertiesFault(Buffer.from(bytes).toString('latin1'));
  const text = utf8(bytes);
  if (text === undefined) return { what: 'it is not UTF-8 text' };
  switch (syntax) {
    case 'json':
      return (await import('./json.ts')).jsonFileFault(text);
    case 'yaml':
      return (await import('./yaml.ts')).yamlFault(text);
    case 'toml':
      return (await import('./toml.ts')).tomlFault(text);
    case 'dotenv':
      return (await import('./dotenv.ts')).dotenvFault(text);
    case 'pem':
      return (await import('./pem.ts')).pemFault(text);
  }
}

async function pairProblem({ certificate, key, host }: Of<'keypair'>, files: Files, now: number): Promise<string | undefined> {
  const [certificates, keys] = [files.get(certificate), files.get(key)];
  if (!certificates) return absent(certificate, 'checked as the certificate of a key');
  if (!keys) return absent(key, 'checked as the key of a certificate');
  const texts = [certificates, keys].map((file) => utf8(file.value.reveal()));
  const [certificateText, keyText] = texts;
  if (certificateText === undefined) return `${certificate} is not PEM: it is not UTF-8 text`;
  if (keyText === undefined) return `${key} is not PEM: it is not UTF-8 text`;
  const { keypairProblem } = await import('./keypair.ts');
  return keypairProblem(
    { name: certificate, text: certificateText },
    { name: key, text: keyText },
    { now, ...(host === undefined ? {} : { host }) },
  );
}

function absent(file: string, purpose: string): string {
  return `there is no file ${file} in this generation, which is to be ${purpose}`;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
