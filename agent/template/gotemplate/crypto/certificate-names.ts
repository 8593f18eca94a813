import { GoError } from '../go-error.ts';
import { encodeRune, runesOf } from '../runes.ts';
import * as der from './der-cursor.ts';
import { element } from './der-encode.ts';

/** One attribute of a name, such as a common name; the value is UTF-8. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** A DER Name, flattened as Go's pkix.Name is; multi-valued RDNs lose their grouping. */
export function readName(raw: Buffer): readonly NameAttribute[] {
  const invalid = 'x509: invalid RDNSequence';
  const sequence = der.inside(der.cursor(raw), der.tags.sequence, invalid);
  const attributes: NameAttribute[] = [];
  while (!der.isAtEnd(sequence)) {
    const set = der.inside(sequence, der.tags.set, invalid);
    while (!der.isAtEnd(set)) {
      const attribute = der.inside(set, der.tags.sequence, `${invalid}: invalid attribute`);
      const type = der.oidOf(attribute, `${invalid}: invalid attribute type`);
      const found = der.anyElement(attribute);
      if (!found) throw der.fault(`${invalid}: invalid attribute value`);
      const value = textOf(found.tag, found.content);
      if ('wrong' in value) throw new GoError(`${invalid}: invalid attribute value: ${value.wrong}`);
      attributes.push({ type, value: value.text });
    }
  }
  return attributes;
}

type Text = { readonly text: string } | { readonly wrong: string };

/** A string of any of ASN.1's kinds. */
function textOf(tag: number, content: Buffer): Text {
  const bytes = content.toString('latin1');
  switch (tag) {
    case 20: // T61String, which everyone takes for Latin-1.
      return { text: [...bytes].map((char) => encodeRune(char.charCodeAt(0))).join('') };
    case 19:
      return /^[a-zA-Z0-9'()+,\-./ :=?*&]*$/.test(bytes) ? { text: bytes } : { wrong: 'invalid PrintableString' };
    case 12:
      return runesOf(bytes).every((rune) => rune.isValid) ? { text: bytes } : { wrong: 'invalid UTF-8 string' };
    case 30:
      return bmpText(content);
    case 22:
      return isAscii(bytes) ? { text: bytes } : { wrong: 'invalid IA5String' };
    case 18:
      return /^[0-9 ]*$/.test(bytes) ? { text: bytes } : { wrong: 'invalid NumericString' };
    default:
      return { wrong: `unsupported string type: ${tag}` };
  }
}

export function isAscii(bytes: string): boolean {
  return runesOf(bytes).every((rune) => rune.rune < 0x80);
}

function bmpText(content: Buffer): Text {
  const wrong = { wrong: 'invalid BMPString' };
  if (content.length % 2 !== 0) return wrong;
  const units: number[] = [];
  for (let at = 0; at < content.length; at += 2) units.push(content.readUInt16BE(at));
  if (units.at(-1) === 0) units.pop();
  const isBad = (unit: number) => unit >= 0xfffe || (unit >= 0xfdd0 && unit <= 0xfdef) || (unit >= 0xd800 && unit <= 0xdfff);
  return units.some(isBad) ? wrong : { text: units.map(encodeRune).join('') };
}

/** The attributes that Go knows by name, in the order in which it would write a name. */
const known: readonly (readonly [type: string, label: string, isSingle?: 'single'])[] = [
  ['2.5.4.6', 'C'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.3', 'CN', 'single'],
  ['2.5.4.5', 'SERIALNUMBER', 'single'],
];

/** Go's pkix.Name.String, roughly RFC 2253: what Java keeps as the alias of a trusted certificate (gotemplate.md 13). */
export function nameText(attributes: readonly NameAttribute[]): string {
  const strange = attributes.filter(({ type }) => !known.some(([each]) => each === type));
  const parts = strange.map(({ type, value }) => `${type}=#${derText(value)}`);
  for (const [type, label, isSingle] of known) {
    const values = attributes.filter((attribute) => attribute.type === type).map((attribute) => attribute.value);
    const kept = isSingle ? values.slice(-1).filter((value) => value !== '') : values;
    if (kept.length > 0) parts.push(kept.map((value) => `${label}=${escaped(value)}`).join('+'));
  }
  return parts.reverse().join(',');
}

function escaped(value: string): string {
  let at = 0;
  let text = '';
  for (const { rune, bytes } of runesOf(value)) {
    const char = bytes.length === 1 ? bytes : '';
    const isSpaceAtEdge = char === ' ' && (at === 0 || at === value.length - 1);
    const isEscaped = (char !== '' && ',+"\\<>;'.includes(char)) || isSpaceAtEdge || (char === '#' && at === 0);
    text += isEscaped ? `\\${char}` : encodeRune(rune);
    at += bytes.length;
  }
  return text;
}

/** The value as Go would encode a string again: printable where it can be. */
function derText(value: string): string {
  const tag = /^[a-zA-Z0-9'()+,\-./ :=?]*$/.test(value) ? 19 : 12;
  return element(tag, Buffer.from(value, 'latin1')).toString('hex');
}
