import { LimitExceeded } from '../go-error.ts';
import type { AliasNode, MappingNode, ScalarNode, SequenceNode, YamlNode } from './compose.ts';
import { yamlError } from './cursor.ts';
import { type Deep, finish } from './deep.ts';
import { goSyntax } from './go-syntax.ts';
import { resolveScalar } from './resolve-scalar.ts';
import type { YamlEntry, YamlScalar, YamlValue } from './yaml-value.ts';

/** The values of a document: aliases become copies of what they name, `<<` merges maps. Throws Go's error. */
export function decodeYaml(root: YamlNode, spend: (steps: number) => void): YamlValue {
  // The document itself is the first thing decoded.
  const decoder = { spend, decoded: 1, aliased: 0, aliases: new Set<AliasNode>(), depth: 0 };
  return root.kind === 'scalar' ? decodeScalar(decoder, root) : finish(decode(decoder, root));
}

interface Decoder {
  readonly spend: (steps: number) => void;
  /** Nodes so far, and how many of them within an alias. */
  decoded: number;
  aliased: number;
  /** Those that are being followed. */
  readonly aliases: Set<AliasNode>;
  depth: number;
}

type Entries = Map<YamlScalar, YamlEntry>;

/** Go goes on to 10,000 levels. */
const deepest = 1_000;

/** `into`: the map that a map is merged into. */
function decode(decoder: Decoder, node: InnerNode, into?: Entries): Deep<YamlValue> {
  countNode(decoder);
  if (node.kind === 'alias') return decodeAlias(decoder, node, into);
  return node.kind === 'sequence' ? decodeSequence(decoder, node) : decodeMapping(decoder, node, into ?? new Map());
}

type InnerNode = Exclude<YamlNode, ScalarNode>;

function decodeScalar(decoder: Decoder, node: ScalarNode): YamlScalar {
  countNode(decoder);
  return resolveScalar(node);
}

function goDeeper(decoder: Decoder): void {
  decoder.depth += 1;
  if (decoder.depth > deepest) throw new LimitExceeded(`YAML nests deeper than ${deepest} levels`);
}

function countNode(decoder: Decoder): void {
  decoder.spend(1);
  decoder.decoded += 1;
  if (decoder.aliases.size > 0) decoder.aliased += 1;
  const { decoded, aliased } = decoder;
  if (aliased > 100 && decoded > 1_000 && aliased / decoded > allowedRatio(decoded)) {
    throw yamlError('document contains excessive aliasing');
  }
}

/** How much of a document may come from aliases: 99 % of a small one, 10 % of a large one. */
function allowedRatio(decoded: number): number {
  const [small, large] = [400_000, 4_000_000];
  if (decoded <= small) return 0.99;
  return decoded >= large ? 0.1 : 0.99 - 0.89 * ((decoded - small) / (large - small));
}

function* decodeAlias(decoder: Decoder, node: AliasNode, into?: Entries): Deep<YamlValue> {
  if (decoder.aliases.has(node)) throw yamlError(`anchor '${node.name}' value contains itself`);
  decoder.aliases.add(node);
  const { target } = node;
  const value = target.kind === 'scalar' ? decodeScalar(decoder, target) : yield decode(decoder, target, into);
  decoder.aliases.delete(node);
  return value;
}

function* decodeSequence(decoder: Decoder, { children }: SequenceNode): Deep<YamlValue> {
  const items: YamlValue[] = [];
  goDeeper(decoder);
  for (const child of children) items.push(child.kind === 'scalar' ? decodeScalar(decoder, child) : yield decode(decoder, child));
  decoder.depth -= 1;
  return items;
}

function* decodeMapping(decoder: Decoder, { children }: MappingNode, entries: Entries): Deep<YamlValue> {
  goDeeper(decoder);
  for (let at = 0; at + 1 < children.length; at += 2) {
    const [keyNode, valueNode] = children.slice(at, at + 2);
    if (keyNode === undefined || valueNode === undefined) break;
    if (isMerge(keyNode)) {
      for (const map of mergedMaps(valueNode)) yield decode(decoder, map, entries);
      continue;
    }
    const key = keyNode.kind === 'scalar' ? decodeScalar(decoder, keyNode) : yield decode(decoder, keyNode);
    if (typeof key === 'object' && key !== null) throw yamlError(`invalid map key: ${goSyntax(key)}`);
    const value = valueNode.kind === 'scalar' ? decodeScalar(decoder, valueNode) : yield decode(decoder, valueNode);
    entries.set(key, { key, value });
  }
  decoder.depth -= 1;
  return entries;
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.isImplicit || node.tag === 'tag:yaml.org,2002:merge');
}

/** In the order of merging: of several maps the first wins, and so it comes last. Each replaces what the map has already. */
function* mergedMaps(node: YamlNode): Iterable<InnerNode> {
  for (const each of node.kind === 'sequence' ? node.children.toReversed() : [node]) {
    const target = each.kind === 'alias' ? each.target : each;
    if (each.kind === 'scalar' || target.kind !== 'mapping')
      throw yamlError('map merge requires map or sequence of maps as the value');
    yield each;
  }
}
