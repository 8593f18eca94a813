import { AgentError } from '../core/agent-error.ts';
import { pathConflict, pathProblem } from '../core/file-path.ts';
import type { RenderedFile } from '../core/rendered-file.ts';

/** The files of a generation by directory. A name is either in `files` or in `directories`. */
export interface FileTree {
  readonly files: ReadonlyMap<string, RenderedFile>;
  readonly directories: ReadonlyMap<string, FileTree>;
}

/** Of one generation. A Secret of Kubernetes holds 1 MiB: what is larger by far is a mistake, and would fill the pod's memory. */
const mostFiles = 1_000;
const mostBytes = 64 * 1024 * 1024;

/** Throws FILE_REFUSED for a path or mode that may not be, and for too much. `delivery` is for messages. */
export function fileTree(files: readonly RenderedFile[], delivery: string): FileTree {
  refuseTooMuch(files, delivery);
  for (const { path, mode } of files) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw refused(`delivery ${delivery}: the path ${JSON.stringify(path)} ${problem}`);
    if ((mode & ~0o777) !== 0)
      throw refused(`delivery ${delivery}: "${path}" may have the modes 0 to 0777, not 0${mode.toString(8)}`);
  }
  const conflict = pathConflict(files.map(({ path }) => path));
  if (conflict) throw refused(`delivery ${delivery}: "${conflict.path}" ${conflict.problem}`);
  return grow(files.map((file) => ({ file, segments: file.path.split('/') })));
}

function refuseTooMuch(files: readonly RenderedFile[], delivery: string): void {
  if (files.length > mostFiles)
    throw new AgentError('FILE_REFUSED', `delivery ${delivery} has ${files.length} files; ${mostFiles} are the limit of one`, {
      hint: 'Narrow what is found (`find`, `rewrite`), or split it into several deliveries.',
    });
  const bytes = files.reduce((sum, { value }) => sum + value.length, 0);
  if (bytes <= mostBytes) return;
  const largest = files.reduce((a, b) => (b.value.length > a.value.length ? b : a));
  const message = `delivery ${delivery} has ${bytes} bytes; ${mostBytes} are the limit of one, and "${largest.path}" alone has ${largest.value.length}`;
  throw new AgentError('FILE_REFUSED', message, {
    hint: 'Keep large files that are no secret out of the store, or split them into several deliveries.',
  });
}

/** The names right in the delivery's directory: each gets a visible link. */
export function topNames(tree: FileTree): readonly string[] {
  return [...tree.files.keys(), ...tree.directories.keys()];
}

export function countDirectories(tree: FileTree): number {
  return [...tree.directories.values()].reduce((sum, below) => sum + 1 + countDirectories(below), 0);
}

interface Placed {
  readonly file: RenderedFile;
  /** What of its path is left below here. */
  readonly segments: readonly string[];
}

function grow(placed: readonly Placed[]): FileTree {
  const files = new Map<string, RenderedFile>();
  const below = new Map<string, Placed[]>();
  for (const { file, segments } of placed) {
    const [name = '', ...rest] = segments;
    if (rest.length === 0) {
      files.set(name, file);
      continue;
    }
    const siblings = below.get(name) ?? [];
    siblings.push({ file, segments: rest });
    below.set(name, siblings);
  }
  return { files, directories: new Map([...below].map(([name, inside]) => [name, grow(inside)])) };
}

function refused(message: string): AgentError {
  return new AgentError('FILE_REFUSED', message);
}
