import type { Problem } from '../core/problem.ts';
import { invalid, type SpecNode, type TypeOf } from '../core/shape.ts';
import type { SpecDocument } from './documents.ts';
import { type DocumentRole, roleOf, unreadProblem } from './kind-of.ts';
import { type KindName, type KindShapes, kindShapes } from './kinds.ts';
import type { Providers } from './store.ts';
import { renderFirst } from './yaml-problem.ts';

/** An object of one of our kinds that is right by itself. */
export interface Decoded<K extends KindName> {
  readonly document: SpecDocument;
  readonly value: TypeOf<KindShapes[K]>;
}

export type DecodedKinds = { readonly [K in KindName]: readonly Decoded<K>[] };

export interface DecodedSpec {
  readonly kinds: DecodedKinds;
  /** `Kind/name` of every document of our kinds, right or wrong: what refers to a wrong one does not refer to nothing. */
  readonly ids: ReadonlyMap<string, SpecDocument>;
  readonly documents: readonly { readonly document: SpecDocument; readonly role: DocumentRole['role'] }[];
  readonly problems: readonly DocumentProblem[];
}

export interface DocumentProblem {
  readonly document: SpecDocument;
  readonly problem: Problem;
}

/** Each document by itself; what they say of each other is `link`'s. */
export function decode(documents: readonly SpecDocument[], providers: Providers): DecodedSpec {
  const shapes = kindShapes(providers);
  const ids = new Map<string, SpecDocument>();
  const problems: DocumentProblem[] = [];
  const found = new Map<KindName, Decoded<KindName>[]>();
  const roles = documents.map((document) => ({ document, role: roleOf(document) }));
  for (const { document, role } of roles) {
    const unread = unreadProblem(document, role);
    if (unread) problems.push({ document, problem: unread });
    if (role.role !== 'ours' || isTwin(document, ids, problems)) continue;
    const value = decodeOne(document, shapes[role.kind], problems);
    if (value === undefined) continue;
    const ofKind = found.get(role.kind) ?? [];
    ofKind.push({ document, value });
    found.set(role.kind, ofKind);
  }
  // Each list holds what the shape of its kind made; TypeScript can't follow the kind through the loop.
  const kinds = Object.fromEntries(Object.keys(shapes).map((kind) => [kind, found.get(kind as KindName) ?? []])) as unknown;
  return {
    kinds: kinds as DecodedKinds,
    ids,
    documents: roles.map(({ document, role }) => ({ document, role: role.role })),
    problems,
  };
}

function decodeOne(
  document: SpecDocument,
  shape: KindShapes[KindName],
  problems: DocumentProblem[],
): Decoded<KindName>['value'] | undefined {
  const path = `${document.kind} ${document.name}`.trim();
  const report = (problem: Problem): void => {
    problems.push({ document, problem });
  };
  if (mayHoldTemplates(document))
    for (const place of helmPlaces(document.node)) report({ severity: 'error', place, path, message: renderFirst });
  const value = shape.decode(document.node, { path: `${path}: `, report });
  return value === invalid ? undefined : value;
}

/** Two objects of one kind and name: the second is not looked at further. */
function isTwin(document: SpecDocument, ids: Map<string, SpecDocument>, problems: DocumentProblem[]): boolean {
  const id = `${document.kind}/${document.name}`;
  const first = ids.get(id);
  if (!first || document.name === '') {
    ids.set(id, document);
    return false;
  }
  const { file, line } = first.place;
  const message = `stands twice in the spec; the first is at ${file}:${line}`;
  const problem: Problem = { severity: 'error', place: document.place, path: `${document.kind} ${document.name}`, message };
  problems.push({ document, problem });
  return true;
}

/** A chart's values can stand inside a text, where YAML has nothing against them. The data of others may be about charts. */
function mayHoldTemplates({ kind }: SpecDocument): boolean {
  return kind !== 'ConfigMap' && kind !== 'Secret';
}

const helmText = /\{\{-?\s*(\.(Values|Release|Chart|Capabilities|Files|Template)\b|(include|template|tpl|lookup)\s)/;

function helmPlaces(node: SpecNode): readonly SpecNode['place'][] {
  switch (node.kind) {
    case 'string':
      return node.value.includes('{{') && helmText.test(node.value) ? [node.place] : [];
    case 'list':
      return node.items.flatMap(helmPlaces);
    case 'map':
      return [...node.entries.values()].flatMap((entry) => helmPlaces(entry.node));
    default:
      return [];
  }
}
