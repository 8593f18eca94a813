import { GoError } from '../go-error.ts';
import { encodeRune, runesOf } from '../runes.ts';

/** UTF-8 text in two bytes a letter, as PKCS#12 has names and passwords. */
export function bmpString(text: string): Buffer {
  const runes = runesOf(text).map((each) => each.rune);
  if (runes.some((rune) => rune > 0xffff)) {
    throw new GoError('pkcs12: string contains characters that cannot be encoded in UCS-2', 'fixed');
  }
  return Buffer.from(runes.flatMap((rune) => [rune >> 8, rune & 0xff]));
}

/** A password in the two forms in which key derivations take it. */
export interface Password {
  /** As a BMP string with a zero behind it. */
  readonly wide: Buffer;
  readonly utf8: Buffer;
}

/** A byte that is no UTF-8 is U+FFFD in both forms. */
export function passwordOf(text: string): Password {
  const utf8 = runesOf(text).map((each) => encodeRune(each.rune));
  return { wide: Buffer.concat([bmpString(text), Buffer.alloc(2)]), utf8: Buffer.from(utf8.join(''), 'latin1') };
}

/** What some programs take for the empty password: nothing, where others have the zero at the end. */
export const noPassword: Password = { wide: Buffer.alloc(0), utf8: Buffer.alloc(0) };
