import { LimitExceeded } from '../go-error.ts';
import type { AliasNode, MappingNode, YamlNode } from './compose.ts';
import { yamlError } from './cursor.ts';
import { goSyntax } from './go-syntax.ts';
import { resolveScalar } from './resolve-scalar.ts';
import type { YamlEntry, YamlScalar, YamlValue } from './yaml-value.ts';

/** The values of a document: aliases become copies of what they name, `<<` merges maps. Throws Go's error. */
export function decodeYaml(root: YamlNode, spend: (steps: number) => void): YamlValue {
  // The document itself is the first thing decoded.
  return decode({ spend, decoded: 1, aliased: 0, aliases: new Set(), depth: 0 }, root);
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

function decode(decoder: Decoder, node: YamlNode, into?: Entries): YamlValue {
  countNode(decoder);
  decoder.depth += 1;
  if (decoder.depth > deepest) throw new LimitExceeded(`YAML nests deeper than ${deepest} levels`);
  const value = decodeNode(decoder, node, into);
  decoder.depth -= 1;
  return value;
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

function decodeNode(decoder: Decoder, node: YamlNode, into?: Entries): YamlValue {
  switch (node.kind) {
    case 'alias':
      return decodeAlias(decoder, node, into);
    case 'scalar':
      return resolveScalar(node);
    case 'sequence':
      return node.children.map((child) => decode(decoder, child));
    case 'mapping':
      return decodeMapping(decoder, node, into ?? new Map());
  }
}

function decodeAlias(decoder: Decoder, node: AliasNode, into?: Entries): YamlValue {
  if (decoder.aliases.has(node)) throw yamlError(`anchor '${node.name}' value contains itself`);
  decoder.aliases.add(node);
  const value = decode(decoder, node.target, into);
  decoder.aliases.delete(node);
  return value;
}

function decodeMapping(decoder: Decoder, { children }: MappingNode, entries: Entries): Entries {
  for (let at = 0; at + 1 < children.length; at += 2) {
    const [keyNode, valueNode] = children.slice(at, at + 2);
    if (keyNode === undefined || valueNode === undefined) break;
    if (isMerge(keyNode)) {
      merge(decoder, valueNode, entries);
      continue;
    }
    const key = decode(decoder, keyNode);
    if (typeof key === 'object' && key !== null) throw yamlError(`invalid map key: ${goSyntax(key)}`);
    entries.set(key, { key, value: decode(decoder, valueNode) });
  }
  return entries;
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.isImplicit || node.tag === 'tag:yaml.org,2002:merge');
}

/** Of several maps the first wins, and so it comes last. What the map has already, is replaced. */
function merge(decoder: Decoder, node: YamlNode, entries: Entries): void {
  if (node.kind === 'sequence') {
    for (const child of node.children.toReversed()) mergeMap(decoder, child, entries);
  } else {
    mergeMap(decoder, node, entries);
  }
}

function mergeMap(decoder: Decoder, node: YamlNode, entries: Entries): void {
  const target = node.kind === 'alias' ? node.target : node;
  if (target.kind !== 'mapping') throw yamlError('map merge requires map or sequence of maps as the value');
  decode(decoder, node, entries);
}
