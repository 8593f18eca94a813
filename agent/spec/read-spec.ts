import type { Problem } from '../core/problem.ts';
import type { Spec } from '../core/spec.ts';
import { type DecodedSpec, type DocumentProblem, decode } from './decode.ts';
import { documentsOf } from './documents.ts';
import { type LinkedSpec, link } from './link.ts';
import type { LinkOptions } from './link-context.ts';
import { readSpecFiles } from './spec-files.ts';

export interface ReadSpecOptions extends LinkOptions {
  /** Files and directories. */
  readonly paths: readonly string[];
}

export interface SpecReport {
  /** Absent if and only if there is an error among the problems. */
  readonly spec?: Spec;
  /** In the order of the files, then of lines. */
  readonly problems: readonly Problem[];
  /** Every document that was found, for `check`. */
  readonly objects: readonly SpecObject[];
}

export interface SpecObject {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /**
   * `unused`: ours, and nothing refers to it. `later`: a later version reads it. `foreign`: not ours, skipped. `wrong`: no known
   * apiVersion or kind.
   */
  readonly use: 'used' | 'unused' | 'later' | 'foreign' | 'wrong';
}

/** Reads, checks and links the whole spec before anything else happens. Throws SPEC_UNREADABLE only; all else is in the report. */
export async function readSpec(options: ReadSpecOptions): Promise<SpecReport> {
  const { files, problems: ofFiles } = await readSpecFiles(options.paths);
  const { documents, problems: ofYaml } = documentsOf(files);
  const decoded = decode(documents, options.providers);
  const linked = await link(decoded, options);
  const ofDocuments = decoded.problems.map((each) => weighed(each, linked.used));
  const found = [...ofFiles, ...ofYaml, ...ofDocuments, ...linked.problems];
  const isEmpty = linked.spec.externalSecrets.length === 0;
  const all = isEmpty && !found.some(isError) ? [...found, nothingToDo(options.paths)] : found;
  const problems = sorted(
    all,
    files.map(({ path }) => path),
  );
  return { problems, objects: objectsOf(decoded, linked), ...(problems.some(isError) ? {} : { spec: linked.spec }) };
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

/** What a store or a generator would need from a later version is no error where nobody uses it. */
function weighed({ document, problem }: DocumentProblem, used: ReadonlySet<string>): Problem {
  const isSource = /^((Cluster)?SecretStore|VaultDynamicSecret|ClusterGenerator)$/.test(document.kind);
  return problem.later && isSource && !used.has(`${document.kind}/${document.name}`)
    ? { ...problem, severity: 'warning' }
    : problem;
}

function nothingToDo(paths: readonly string[]): Problem {
  return {
    severity: 'error',
    path: paths.join(', '),
    message: 'no ExternalSecret for this pod stands here: there is nothing to deliver',
  };
}

/** Stable: problems of one place stay in the order in which they were found. */
function sorted(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const key = ({ place }: Problem): readonly [number, number, number] =>
    place ? [rank.get(place.file) ?? files.length, place.line, place.column] : [-1, 0, 0];
  return problems.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  });
}

function objectsOf(decoded: DecodedSpec, { used, spec }: LinkedSpec): readonly SpecObject[] {
  const isUsed = (kind: string, name: string): boolean => {
    if (/Store$|^Secret$|^ConfigMap$|^VaultDynamicSecret$|^ClusterGenerator$/.test(kind)) return used.has(`${kind}/${name}`);
    if (kind === 'ServiceAccount') return spec.identity.serviceAccount === name;
    if (kind === 'Namespace') return spec.identity.namespace === name;
    return true;
  };
  return decoded.documents.map(({ document: { kind, name, place }, role }) => ({
    ...{ kind, name, file: place.file, line: place.line },
    use: role === 'ours' ? (isUsed(kind, name) ? 'used' : 'unused') : role,
  }));
}
