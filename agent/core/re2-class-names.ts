import { RE2JS } from 're2js';

/** The names of Unicode's general categories that aren't their two letters; Go knows them since 1.25. */
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

/** Scripts that re2js knows and Go 1.26, which has Unicode 15.0, does not. */
const tooNew: ReadonlySet<string> = new Set(['Garay', 'Sidetic', 'Sunuwar', 'Todhri']);

/**
 * The name of a class as re2js wants it, undefined if Go knows no such class. Go compares without case, spaces, `_` and `-`, and so
 * has lost its scripts of two words: it looks for `Olditalic` among names such as `Old_Italic`.
 */
export function re2ClassName(name: string): string | undefined {
  const bare = name.toLowerCase().replace(/[ _-]/g, '');
  const category = categories.get(bare);
  if (category !== undefined) return category;
  const title = bare.charAt(0).toUpperCase() + bare.slice(1);
  return /^[A-Za-z]+$/.test(title) && !tooNew.has(title) && isKnown(title) ? title : undefined;
}

const known = new Map<string, boolean>();

function isKnown(title: string): boolean {
  const earlier = known.get(title);
  if (earlier !== undefined) return earlier;
  const now = compiles(`\\p{${title}}`);
  if (known.size < 1_000) known.set(title, now);
  return now;
}

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
