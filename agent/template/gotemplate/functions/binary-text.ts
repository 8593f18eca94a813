import { isPrint } from '../runes.ts';
import { goString } from '../value.ts';

/** Bytes as text and back (gotemplate.md 12.10). Sprig gives the text of an error for the bytes, so nothing here fails. */

export function encodeBase64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

/** The standard alphabet with its padding. Line breaks may stand anywhere, and the bits that are left over may be anything. */
export function decodeBase64(text: string): string {
  const plain = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) {
    return `illegal base64 data at input byte ${base64Fault(text)}`;
  }
  return Buffer.from(plain, 'base64').toString('latin1');
}

/** Where Go finds the first fault in text that has one. What is missing at the end it finds at the beginning of the last quantum. */
function base64Fault(text: string): number {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\r' || char === '\n') continue;
    if (/[A-Za-z0-9+/]/.test(char)) digits = (digits + 1) % 4;
    else return char === '=' && digits >= 2 ? paddingFault(text, at, digits) : at;
  }
  return text.length - digits;
}

/** `at` is the first `=`, behind as many digits of the quantum. */
function paddingFault(text: string, at: number, digits: number): number {
  const next = afterBreaks(text, at + 1);
  if (digits === 3) return next;
  if (next === text.length) return next;
  return text[next] === '=' ? afterBreaks(text, next + 1) : next - 1;
}

function afterBreaks(text: string, at: number): number {
  let next = at;
  while (text[next] === '\r' || text[next] === '\n') next += 1;
  return next;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function encodeBase32(bytes: string): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    bits = ((bits << 8) | bytes.charCodeAt(at)) & 0xfff; // Up to four bits were left.
    for (count += 8; count >= 5; count -= 5) text += base32.charAt((bits >> (count - 5)) & 31);
  }
  if (count > 0) text += base32.charAt((bits << (5 - count)) & 31);
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/** Upper case only. Line breaks may stand anywhere; up to two characters behind the padding go unnoticed, as in Go. */
export function decodeBase32(text: string): string {
  const plain = text.replace(/[\r\n]/g, '');
  let bytes = '';
  let bits = 0;
  let count = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain.charAt(at);
    const digits = at % 8;
    const left = plain.length - at - 1;
    if (char === '=' && digits >= 2 && left < 8) {
      const fault = base32PaddingFault(plain, at, digits);
      return fault === undefined ? bytes : base32Error(fault);
    }
    const value = base32.indexOf(char);
    if (value < 0) return base32Error(at);
    bits = ((bits << 5) | value) & 0xfff; // Up to seven bits were left.
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode((bits >> count) & 0xff);
    if (digits === 7) count = 0;
  }
  return plain.length % 8 === 0 ? bytes : base32Error(plain.length - (plain.length % 8));
}

/** `at` is the first `=`, behind as many digits of the quantum. */
function base32PaddingFault(plain: string, at: number, digits: number): number | undefined {
  const wanted = 7 - digits;
  if (plain.length - at - 1 < wanted) return plain.length;
  for (let i = 1; i <= wanted; i += 1) if (plain[at + i] !== '=') return at + i - 1;
  return digits === 3 || digits === 6 ? at : undefined;
}

function base32Error(at: number): string {
  return `illegal base32 data at input byte ${at}`;
}

export function decodeHex(text: string): string {
  const fault = /[^0-9a-fA-F]/.exec(text);
  if (fault) return `encoding/hex: invalid byte: ${unicodeOf(fault[0])}`;
  return text.length % 2 === 1 ? 'encoding/hex: odd length hex string' : Buffer.from(text, 'hex').toString('latin1');
}

/** As `%#U` shows the code point of that number. */
function unicodeOf(byte: string): string {
  const code = byte.charCodeAt(0);
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(code) ? `${number} '${goString(byte)}'` : number;
}
