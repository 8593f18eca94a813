import type { Place, Problem } from '../core/problem.ts';
import type { MapEntry, SpecNode } from '../core/shape.ts';
import type { SpecFile } from './spec-files.ts';
import { readYaml } from './yaml-reader.ts';

export type MapNode = SpecNode & { kind: 'map' };

/** One object of the spec, not yet looked into. */
export interface SpecDocument {
  readonly apiVersion: string;
  readonly kind: string;
  /** metadata.name; '' where there is none. */
  readonly name: string;
  readonly node: MapNode;
  readonly place: Place;
}

export interface Documents {
  readonly documents: readonly SpecDocument[];
  readonly problems: readonly Problem[];
}

/** The objects in the files, lists taken apart. What has no apiVersion and kind is no object, and an error. */
export function documentsOf(files: readonly SpecFile[]): Documents {
  const problems: Problem[] = [];
  const documents: SpecDocument[] = [];
  for (const file of files) {
    const { roots, problems: found } = readYaml(file.path, file.text);
    problems.push(...found);
    for (const root of roots) documents.push(...objectsIn(root, 'document', (problem) => problems.push(problem)));
  }
  return { documents, problems };
}

function objectsIn(node: SpecNode, path: string, report: (problem: Problem) => void): readonly SpecDocument[] {
  const refuse = (message: string): readonly SpecDocument[] => {
    report({ severity: 'error', place: node.place, path, message });
    return [];
  };
  if (node.kind !== 'map') return refuse('a Kubernetes object is wanted: a map with apiVersion, kind and metadata');
  const apiVersion = textAt(node, 'apiVersion');
  const kind = textAt(node, 'kind');
  if (!kind) return refuse('kind must be given, as text');
  const items = kind.endsWith('List') ? node.entries.get('items')?.node : undefined;
  if (items?.kind === 'list') return items.items.flatMap((item, index) => objectsIn(item, `${kind}: items[${index}]`, report));
  if (!apiVersion) return refuse('apiVersion must be given, as text');
  return [{ apiVersion, kind, name: nameOf(node), node, place: node.place }];
}

function nameOf(node: MapNode): string {
  const metadata = node.entries.get('metadata')?.node;
  return (metadata?.kind === 'map' && textAt(metadata, 'name')) || '';
}

/** The text of a member; undefined when there is none or it is something else. */
function textAt(node: MapNode, key: string): string | undefined {
  const value = node.entries.get(key)?.node;
  return value?.kind === 'string' ? value.value : undefined;
}

/** The entry at a path of member names, such as `spec`, `provider`, `aws`. */
export function entryAt(node: MapNode, ...steps: readonly string[]): MapEntry | undefined {
  let entry: MapEntry | undefined;
  let here: SpecNode | undefined = node;
  for (const step of steps) {
    entry = here?.kind === 'map' ? here.entries.get(step) : undefined;
    here = entry?.node;
  }
  return entry;
}
