import { type Document, isAlias, isScalar, parseAllDocuments, type Scalar, visit, type YAMLMap } from 'yaml';
import { type Fault, faultAt } from './fault.ts';

/** Why a text is not a stream of YAML documents, or holds a key twice in one mapping. An unknown tag is the app's business. */
export function yamlFault(text: string): Fault | undefined {
  // The parser's own look at keys compares each with each.
  const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) return undefined; // Nothing but comments.
  for (const document of documents) {
    const [error] = document.errors;
    if (error)
      return faultAt(text, Math.max(0, error.pos[0]), words.get(error.code) ?? 'something that YAML does not allow here');
    const found = contentFault(document);
    if (found) return faultAt(text, found.offset, found.what);
  }
  return undefined;
}

/** The parser's codes in words of ours: its own may quote the text. */
const words: ReadonlyMap<string, string> = new Map([
  ['BAD_ALIAS', 'an anchor or alias without a name'],
  ['BAD_DIRECTIVE', 'an unknown directive'],
  ['BAD_DQ_ESCAPE', 'an unknown escape in double quotes'],
  ['BAD_INDENT', 'an indentation that fits nothing above'],
  ['BAD_SCALAR_START', 'a text that may not begin so without quotes'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a mapping or list on the line of another key; a text that holds ": " needs quotes'],
  ['BLOCK_IN_FLOW', 'a block inside of brackets'],
  ['MISSING_CHAR', 'a missing quote, bracket, comma, colon or space'],
  ['MULTILINE_IMPLICIT_KEY', 'a key that is not on one line, or has no ":"'],
  ['RESOURCE_EXHAUSTION', 'it nests too deeply'],
  ['TAB_AS_INDENT', 'a tab in the indentation; YAML wants spaces'],
  ['TAG_RESOLVE_FAILED', 'a value that does not fit its tag'],
  ['UNEXPECTED_TOKEN', 'something that does not fit what is before it; a quote, bracket or colon may be missing above'],
]);

interface Found {
  readonly offset: number;
  readonly what: string;
}

function contentFault(document: Document.Parsed): Found | undefined {
  const anchors = new Set<string>();
  let found: Found | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) found = { offset: offsetOf(node), what: 'an alias whose anchor is not above it' };
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
      return found && visit.BREAK;
    },
    Map(_, map) {
      if (map.anchor !== undefined) anchors.add(map.anchor);
      found = twice(map);
      return found && visit.BREAK;
    },
  });
  return found;
}

function twice(map: YAMLMap): Found | undefined {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return { offset: offsetOf(key), what: 'a key for the second time in one mapping' };
    seen.add(key.value);
  }
  return undefined;
}

function offsetOf({ range }: Pick<Scalar, 'range'>): number {
  return range?.[0] ?? 0;
}
