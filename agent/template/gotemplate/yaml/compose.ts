import { yamlError } from './cursor.ts';
import type { Event } from './event.ts';
import { readInput } from './input.ts';
import { nextEvent } from './parser.ts';
import { newParser } from './parser-state.ts';

/** A document as a tree, in which an alias knows its node: that may be one that it is part of. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string;
  readonly tag: string;
  readonly isImplicit: boolean;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly children: YamlNode[];
}

export interface MappingNode {
  readonly kind: 'mapping';
  /** Keys and values in turn. */
  readonly children: YamlNode[];
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Exclude<YamlNode, AliasNode>;
}

/** The first document; undefined when there is none. Throws Go's error. */
export function composeYaml(bytes: string): YamlNode | undefined {
  const parser = newParser(readInput(bytes === '' ? '\n' : bytes));
  if (nextEvent(parser).kind === 'stream end') return undefined;
  const anchors: Anchors = new Map();
  const open: (SequenceNode | MappingNode)[] = [];
  for (;;) {
    const event = nextEvent(parser);
    const node = event.kind === 'collection end' ? open.pop() : nodeOf(event, anchors);
    if (node === undefined) throw yamlError('unknown problem parsing YAML content');
    const isOpened = event.kind === 'sequence start' || event.kind === 'mapping start';
    if (event.kind !== 'collection end') open.at(-1)?.children.push(node);
    if (isOpened && (node.kind === 'sequence' || node.kind === 'mapping')) open.push(node);
    if (open.length > 0) continue;
    nextEvent(parser); // The end of the document, behind which something may be wrong.
    return node;
  }
}

type Anchors = Map<string, Exclude<YamlNode, AliasNode>>;

function nodeOf(event: Event, anchors: Anchors): YamlNode | undefined {
  switch (event.kind) {
    case 'alias': {
      const target = anchors.get(event.name);
      if (target === undefined) throw yamlError(`unknown anchor '${event.name}' referenced`);
      return { kind: 'alias', name: event.name, target };
    }
    case 'scalar':
      return anchored(anchors, event.anchor, { ...event, kind: 'scalar' });
    case 'sequence start':
      return anchored(anchors, event.anchor, { kind: 'sequence', children: [] });
    case 'mapping start':
      return anchored(anchors, event.anchor, { kind: 'mapping', children: [] });
    default:
      return undefined;
  }
}

function anchored<Node extends Exclude<YamlNode, AliasNode>>(anchors: Anchors, anchor: string, node: Node): Node {
  if (anchor !== '') anchors.set(anchor, node);
  return node;
}
