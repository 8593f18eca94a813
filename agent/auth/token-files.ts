import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../core/agent-error.ts';
import { readClaims } from './token-claims.ts';

/** Real tokens have 1 to 3 KB; what is longer is another file. */
const longestTokenBytes = 64 * 1024;
/** A projected volume holds a handful of files; these keep a wrong --tokens (such as `/`) from being walked. */
const deepest = 4;
const mostFiles = 200;

export interface TokenSearch {
  /** --tokens: a projected volume, or a directory of several. It may be absent. */
  readonly tokensDir: string;
  /** Files to look at afterwards, in this order; see `usualTokenPlaces`. */
  readonly usualPlaces: readonly string[];
  readonly audience: string;
}

/**
 * The path of the token whose `aud` holds this audience: among the files below --tokens the one that lives longest, else the first
 * of the usual places; undefined when there is none. Throws TOKEN_UNREADABLE when there is none but a file could not be read.
 */
export async function findToken({ tokensDir, usualPlaces, audience }: TokenSearch): Promise<string | undefined> {
  const mounted = await Promise.all((await filesBelow(tokensDir, deepest)).map(candidate));
  const best = mounted.filter(isFor(audience)).reduce(laterOf, undefined);
  if (best) return best.path;
  const usual = await Promise.all(usualPlaces.map(candidate));
  const found = usual.find(isFor(audience));
  if (found) return found.path;
  const unreadable = [...mounted, ...usual].find(({ failure }) => failure === 'EACCES' || failure === 'EPERM');
  if (unreadable) throw tokenUnreadable(unreadable.path, unreadable.failure);
  return undefined;
}

/** Where webhooks and kubelets put tokens when nobody asked for a volume of our own. `env` names some of the files. */
export function usualTokenPlaces(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [
    env['AWS_WEB_IDENTITY_TOKEN_FILE'],
    '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
    env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
    '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token',
    '/var/run/secrets/tokens/gcp-ksa/token',
    env['AZURE_FEDERATED_TOKEN_FILE'],
    '/var/run/secrets/azure/tokens/azure-identity-token',
    '/var/run/secrets/kubernetes.io/serviceaccount/token',
  ].filter((path): path is string => path !== undefined && path !== '');
}

/** All files below --tokens that may be tokens, as the app sees them (`..data` and timestamped directories are the kubelet's own). */
export function mountedTokenFiles(tokensDir: string): Promise<readonly string[]> {
  return filesBelow(tokensDir, deepest);
}

/**
 * A token, read now: the kubelet replaces it, so nobody keeps it. Without the line end that files written by hand have. Throws
 * TOKEN_UNREADABLE.
 */
export async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    if ((await stat(path)).size > longestTokenBytes) throw tokenUnreadable(path, 'it is too long for a token');
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw error instanceof AgentError ? error : tokenUnreadable(path, errorCode(error));
  }
  if (text === '') throw tokenUnreadable(path, 'it is empty');
  // It goes into a header or a form: a second line would be a second header.
  if (/\s/.test(text)) throw tokenUnreadable(path, 'it holds more than one word');
  return text;
}

interface Candidate {
  readonly path: string;
  readonly audiences: readonly string[];
  readonly expiresAt: number;
  readonly failure?: string;
}

async function candidate(path: string): Promise<Candidate> {
  try {
    const isFit = (await stat(path)).size <= longestTokenBytes;
    const claims = isFit ? readClaims(await readFile(path, 'utf8')) : undefined;
    return { path, audiences: claims?.audiences ?? [], expiresAt: claims?.expiresAt ?? 0 };
  } catch (error) {
    return { path, audiences: [], expiresAt: 0, failure: errorCode(error) };
  }
}

function isFor(audience: string): (each: Candidate) => boolean {
  return ({ audiences }) => audiences.includes(audience);
}

/** A forgotten copy in the same directory must not win over the token that the kubelet renews. */
function laterOf(best: Candidate | undefined, each: Candidate): Candidate {
  return best && best.expiresAt >= each.expiresAt ? best : each;
}

/** Paths of files, sorted; symlinks are followed, names that begin with `..` are left out. A directory that can't be listed is empty. */
async function filesBelow(dir: string, depth: number): Promise<readonly string[]> {
  const names = await readdir(dir).catch(() => []);
  const files: string[] = [];
  for (const name of names.sort()) {
    if (name.startsWith('..') || files.length >= mostFiles) continue;
    const path = join(dir, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push(path);
    else if (found?.isDirectory() && depth > 1) files.push(...(await filesBelow(path, depth - 1)));
  }
  return files.slice(0, mostFiles);
}

function tokenUnreadable(path: string, why: string | undefined): AgentError {
  const isDenied = why === 'EACCES' || why === 'EPERM';
  return new AgentError('TOKEN_UNREADABLE', `The token ${path} can't be used: ${reasons[why ?? ''] ?? why ?? 'unknown'}`, {
    ...(isDenied
      ? { hint: 'Give all containers of the pod the same runAsUser, or set fsGroup: then the token is readable.' }
      : {}),
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
};

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it could not be read';
}
