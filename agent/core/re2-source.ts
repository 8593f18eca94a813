/** Where Go's parser takes more than re2js does: equal names for several groups, and long or oddly written class names. */
export interface Re2Source {
  readonly pattern: string;
  /** The name in `pattern` -> the name as the source has it. */
  readonly renamed: ReadonlyMap<string, string>;
  /** A piece of `pattern`, as an error shows it, as the source has it. */
  readonly restore: (text: string) => string;
}

/** Quoted text, class names, other escapes, named groups, the brackets of classes. */
const token = /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{(?<caret>\^?)(?<className>[^}]*)\}|\\[\s\S]|\(\?P?<(?<group>\w+)>|\[\^?\]?|\[:|\]/g;

/** Rewrites a Go regular expression for re2js without changing what it matches. Wrong ones stay wrong. */
export function re2Source(source: string): Re2Source {
  const seen = new Set<string>();
  const renamed = new Map<string, string>();
  const rewritten = new Map<string, string>();
  const note = (text: string, original: string): string => {
    if (text !== original) rewritten.set(text, original);
    return text;
  };
  let isInClass = false;
  const pattern = source.replace(token, (text: string, ...rest: unknown[]) => {
    const named = groupsOf(rest);
    if (named.className !== undefined) {
      return note(`${text.slice(0, 3)}${named.caret ?? ''}${classNameFor(named.className)}}`, text);
    }
    if (text.startsWith('[') && !isInClass) isInClass = true;
    else if (text === ']') isInClass = false;
    if (named.group === undefined || isInClass || !seen.has(named.group)) {
      if (named.group !== undefined && !isInClass) seen.add(named.group);
      return text;
    }
    const unique = `again${renamed.size}_${named.group}`;
    renamed.set(unique, named.group);
    return note(`(?P<${unique}>`, text);
  });
  const restore = (text: string): string => [...rewritten].reduce((all, [mine, theirs]) => all.replaceAll(mine, theirs), text);
  return { pattern, renamed, restore };
}

interface TokenGroups {
  readonly caret?: string;
  readonly className?: string;
  readonly group?: string;
}

/** `replace` hands the named groups over as its last argument. */
function groupsOf(rest: readonly unknown[]): TokenGroups {
  return rest.at(-1) as TokenGroups;
}

/** The long names of Unicode's general categories; Go knows them since 1.25. */
const categories: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ any: 'Any', ascii: 'Ascii', assigned: 'Assigned', lc: 'LC', casedletter: 'LC', other: 'C', control: 'Cc', cntrl: 'Cc' },
    ...{ format: 'Cf', unassigned: 'Cn', privateuse: 'Co', surrogate: 'Cs', letter: 'L', lowercaseletter: 'Ll' },
    ...{ modifierletter: 'Lm', otherletter: 'Lo', titlecaseletter: 'Lt', uppercaseletter: 'Lu', mark: 'M', combiningmark: 'M' },
    ...{ spacingmark: 'Mc', enclosingmark: 'Me', nonspacingmark: 'Mn', number: 'N', decimalnumber: 'Nd', digit: 'Nd' },
    ...{ letternumber: 'Nl', othernumber: 'No', punctuation: 'P', punct: 'P', connectorpunctuation: 'Pc', dashpunctuation: 'Pd' },
    ...{
      closepunctuation: 'Pe',
      finalpunctuation: 'Pf',
      initialpunctuation: 'Pi',
      otherpunctuation: 'Po',
      openpunctuation: 'Ps',
    },
    ...{ symbol: 'S', currencysymbol: 'Sc', modifiersymbol: 'Sk', mathsymbol: 'Sm', othersymbol: 'So', separator: 'Z' },
    ...{ lineseparator: 'Zl', paragraphseparator: 'Zp', spaceseparator: 'Zs' },
  }),
);

/** Go compares without case, spaces, `_` and `-`; re2js wants `Lu` and `Old_Italic`. */
function classNameFor(name: string): string {
  const bare = name.toLowerCase().replace(/[ _-]/g, '');
  const category = categories.get(bare);
  if (category !== undefined) return category;
  return name.replace(/[ -]/g, '_').replace(/[a-z]+/gi, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase());
}
