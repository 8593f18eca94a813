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

const shortCategories = 'C Cc Cf Cn Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs';

/** Of the scripts of Unicode 15.0, which Go 1.26 has, those that it finds by name. */
const scripts = `
   Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Carian
   Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra Duployan Elbasan Elymaic
   Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited
   Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani
   Makasar Malayalam Mandaic Manichaean Marchen Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa
   Nko Nushu Ogham Oriya Osage Osmanya Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala
   Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto
   Ugaritic Vai Vithkuqi Wancho Yezidi Yi`;

const plain: ReadonlySet<string> = new Set([...shortCategories.split(' '), ...scripts.trim().split(/\s+/)]);

/**
 * The name of a class as re2js wants it, undefined if Go knows no such class. Go compares without case, spaces, `_` and `-`, and so
 * has lost its scripts of two words: it looks for `Olditalic` among names such as `Old_Italic`.
 */
export function re2ClassName(name: string): string | undefined {
  const bare = name.toLowerCase().replace(/[ _-]/g, '');
  const title = bare.charAt(0).toUpperCase() + bare.slice(1);
  return categories.get(bare) ?? (plain.has(title) ? title : undefined);
}
