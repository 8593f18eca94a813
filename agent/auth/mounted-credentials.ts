import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../core/agent-error.ts';
import type { Log } from '../core/log.ts';
import { SecretValue } from '../core/secret-value.ts';
import type { Documents, SecretKeyRef } from '../core/spec.ts';

/** A Secret or ConfigMap holds at most 1 MiB in all. */
const longestBytes = 1024 * 1024;

export interface MountedDocuments {
  /** Those of the spec itself: looked at first. */
  readonly documents: Documents;
  /** --credentials or --configmaps. */
  readonly dir: string;
}

/**
 * Reads one key of a Secret, byte for byte: from the spec's Secret documents, else from `<dir>/<name>/<key>`, each time anew. A value
 * that ends with a line end is told to the log once: it is nearly always a slip. Throws CREDENTIALS_MISSING.
 */
export function credentialReader(from: MountedDocuments, log: Log): (ref: SecretKeyRef) => Promise<SecretValue> {
  const told = new Set<string>();
  return async (ref) => {
    const bytes = await readKey('Secret', '--credentials', from, ref);
    const id = `${ref.name}/${ref.key}`;
    if (bytes.at(-1) === 0x0a && !told.has(id)) {
      told.add(id);
      log.warn(
        { secret: ref.name, key: ref.key },
        'this credential ends with a line end; the store sees it as a part of the value',
      );
    }
    return new SecretValue(bytes);
  };
}

/** Reads one key of a ConfigMap: from the spec's ConfigMap documents, else from `<dir>/<name>/<key>`. Throws CREDENTIALS_MISSING. */
export function configMapReader(from: MountedDocuments): (ref: SecretKeyRef) => Promise<Uint8Array> {
  return (ref) => readKey('ConfigMap', '--configmaps', from, ref);
}

type Kind = 'Secret' | 'ConfigMap';

async function readKey(kind: Kind, flag: string, from: MountedDocuments, ref: SecretKeyRef): Promise<Uint8Array> {
  const document = from.documents.get(ref.name);
  const written = document?.get(ref.key);
  if (written) return written;
  checkNames(kind, ref);
  const path = join(from.dir, ref.name, ref.key);
  const looked = document ? `the ${kind} document of the spec has no such key, and ` : '';
  try {
    return await readBounded(path);
  } catch (error) {
    const why = reasonOf(error);
    throw new AgentError('CREDENTIALS_MISSING', `Key "${ref.key}" of ${kind} ${ref.name}: ${looked}${path}: ${why}`, {
      hint: `Mount ${kind} ${ref.name} as a volume at ${join(from.dir, ref.name)} in the agent's container (${flag} names the directory above).`,
    });
  }
}

/** Names as Kubernetes allows them: nothing that could lead out of the directory. */
function checkNames(kind: Kind, { name, key }: SecretKeyRef): void {
  for (const [what, text] of [
    ['name', name],
    ['key', key],
  ] as const) {
    if (/^[-._a-zA-Z0-9]{1,253}$/.test(text) && text !== '.' && !text.startsWith('..')) continue;
    throw new AgentError('CREDENTIALS_MISSING', `${JSON.stringify(text)} can't be the ${what} of a ${kind}`, {
      hint: `The ${what} of a ${kind} has letters, digits, "-", "_" and "." only; correct the reference in the manifest.`,
    });
  }
}

class Unfit extends Error {}

async function readBounded(path: string): Promise<Uint8Array> {
  const found = await stat(path);
  if (!found.isFile()) throw new Unfit('it is not a file');
  if (found.size > longestBytes) throw new Unfit('it is longer than 1 MiB');
  return readFile(path);
}

function reasonOf(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return 'it could not be read';
}
