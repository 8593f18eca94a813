import { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Problem } from '../core/problem.ts';
import type { MapEntry, SpecNode } from '../core/shape.ts';
import type { PlaceAt } from './text-places.ts';
import { UnreadableYaml } from './yaml-problem.ts';
import { plainScalar } from './yaml-scalar.ts';

/** Nodes of one file with all aliases followed: what a bomb of aliases would blow up. */
const mostNodes = 200_000;
export const deepestNesting = 100;

/** A node, and what following its aliases costs. */
interface Sized {
  readonly node: SpecNode;
  readonly size: number;
  readonly height: number;
}

interface Reading {
  readonly placeAt: PlaceAt;
  readonly report: (problem: Problem) => void;
  /** `open`: the anchor's own node is still being read. */
  readonly anchors: Map<string, Sized | 'open'>;
}

/** What the YAML parser made of one document, as nodes with places. Throws UnreadableYaml for what has no sensible reading. */
export function specNode(root: unknown, placeAt: PlaceAt, report: (problem: Problem) => void): { node: SpecNode; size: number } {
  return read(root, { placeAt, report, anchors: new Map() });
}

function read(node: unknown, reading: Reading): Sized {
  if (node instanceof Alias) return readAlias(node, reading);
  const anchor = node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq ? node.anchor : undefined;
  if (anchor) reading.anchors.set(anchor, 'open');
  const sized = readOwn(node, reading);
  if (anchor) reading.anchors.set(anchor, sized);
  return sized;
}

function readOwn(node: unknown, reading: Reading): Sized {
  if (node instanceof YAMLMap) return readMap(node, reading);
  if (node instanceof YAMLSeq) return readList(node, reading);
  if (node instanceof Scalar) return { node: readScalar(node, reading), size: 1, height: 0 };
  return { node: { kind: 'null', place: reading.placeAt(0) }, size: 1, height: 0 };
}

function offsetOf(node: unknown): number {
  const range =
    node instanceof Alias || node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq
      ? node.range
      : undefined;
  return range?.[0] ?? 0;
}

function readAlias(alias: Alias, { anchors }: Reading): Sized {
  const found = anchors.get(alias.source);
  if (found === 'open') throw new UnreadableYaml(offsetOf(alias), 'an alias stands inside its own anchor');
  if (!found) throw new UnreadableYaml(offsetOf(alias), `no anchor "&${alias.source.slice(0, 60)}" stands above this alias`);
  return found;
}

/** Explicit tags are rare; those that say what a plain scalar is anyway are taken. */
function readScalar(scalar: Scalar, { placeAt }: Reading): SpecNode {
  const place = placeAt(offsetOf(scalar));
  const text = scalar.source ?? '';
  const isPlain = scalar.type === 'PLAIN';
  switch (scalar.tag?.replace('tag:yaml.org,2002:', '!!')) {
    case undefined:
      return isPlain ? plainScalar(text, place) : { kind: 'string', value: text, place };
    case '!':
    case '!!str':
      return { kind: 'string', value: text, place };
    case '!!int':
    case '!!float':
    case '!!bool':
    case '!!null':
      return plainScalar(text, place);
    default:
      throw new UnreadableYaml(offsetOf(scalar), 'unknown tag; allowed: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq');
  }
}

function readList(seq: YAMLSeq, reading: Reading): Sized {
  refuseTag(seq, '!!seq');
  const items: SpecNode[] = [];
  const total = { size: 1, height: 0 };
  for (const item of seq.items) items.push(add(total, readItem(item, reading), item));
  return { node: { kind: 'list', items, place: reading.placeAt(offsetOf(seq)) }, ...total };
}

/** `[a: b]` is a list of one map. */
function readItem(item: unknown, reading: Reading): Sized {
  if (!(item instanceof Pair)) return read(item, reading);
  const map = new YAMLMap();
  map.items.push(item);
  map.range = [offsetOf(item.key), offsetOf(item.key), offsetOf(item.key)];
  return readMap(map, reading);
}

function add(total: { size: number; height: number }, { node, size, height }: Sized, at: unknown): SpecNode {
  total.size += size;
  total.height = Math.max(total.height, height + 1);
  if (total.size > mostNodes)
    throw new UnreadableYaml(offsetOf(at), `too much: with its aliases followed, the file has more than ${mostNodes} values`);
  if (total.height > deepestNesting) throw new UnreadableYaml(offsetOf(at), `nested more than ${deepestNesting} levels deep`);
  return node;
}

function readMap(map: YAMLMap, reading: Reading): Sized {
  refuseTag(map, '!!map');
  const entries = new Map<string, MapEntry>();
  const merged: SpecNode[] = [];
  const total = { size: 1, height: 0 };
  for (const { key, value } of map.items) {
    const node = add(total, value === null ? nullAfter(key, reading) : read(value, reading), value ?? key);
    if (isMergeKey(key)) merged.push(node);
    else enter(entries, keyOf(key, reading), { keyPlace: reading.placeAt(offsetOf(key)), node }, reading);
  }
  for (const source of merged) merge(entries, source);
  return { node: { kind: 'map', entries, place: reading.placeAt(offsetOf(map)) }, ...total };
}

function nullAfter(key: unknown, { placeAt }: Reading): Sized {
  return { node: { kind: 'null', place: placeAt(offsetOf(key)) }, size: 1, height: 0 };
}

function enter(entries: Map<string, MapEntry>, key: string, entry: MapEntry, { report }: Reading): void {
  const first = entries.get(key);
  if (!first) {
    entries.set(key, entry);
    return;
  }
  const { line, column } = first.keyPlace;
  const message = `the key stands twice in this map; the first is at line ${line}, column ${column}`;
  report({ severity: 'error', place: entry.keyPlace, path: key.slice(0, 100), message });
}

/** Keys are text to Kubernetes: `8080:` is "8080", and `on:` is "true". */
function keyOf(key: unknown, reading: Reading): string {
  const node = key instanceof Alias ? readAlias(key, reading).node : key instanceof Scalar ? read(key, reading).node : undefined;
  if (node?.kind === 'string') return node.value;
  if (node?.kind === 'boolean' || node?.kind === 'number') return String(node.value);
  throw new UnreadableYaml(offsetOf(key), node?.kind === 'null' ? 'a key is missing before ":"' : "a list or map can't be a key");
}

function isMergeKey(key: unknown): boolean {
  return key instanceof Scalar && key.source === '<<' && key.type === 'PLAIN';
}

/** What a map says itself goes before what it merges, and earlier sources before later ones. */
function merge(entries: Map<string, MapEntry>, source: SpecNode): void {
  for (const each of source.kind === 'list' ? source.items : [source]) {
    if (each.kind !== 'map') continue;
    for (const [key, entry] of each.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}

function refuseTag(node: YAMLMap | YAMLSeq, own: '!!map' | '!!seq'): void {
  const tag = node.tag?.replace('tag:yaml.org,2002:', '!!');
  if (tag !== undefined && tag !== '!' && tag !== own) throw new UnreadableYaml(offsetOf(node), `unknown tag; allowed: ${own}`);
}
