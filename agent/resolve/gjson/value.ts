import { plainDecimal } from '../../core/plain-decimal.ts';
import { unescapeLenient } from './text.ts';

/**
 * What a path finds. All texts are `latin1`, one character a byte, so that raw results keep every byte. `raw` is the source text;
 * a value with neither type nor raw text does not exist, while JSON's null has a raw text and does.
 */
export interface Value {
  readonly type: 'null' | 'false' | 'true' | 'number' | 'string' | 'json';
  readonly raw: string;
  /** Content of a string, unescaped. */
  readonly text: string;
  readonly number: number;
}

export const missing: Value = { type: 'null', raw: '', text: '', number: 0 };

export function exists(value: Value): boolean {
  return value.type !== 'null' || value.raw !== '';
}

export function isArray(value: Value): boolean {
  return value.type === 'json' && value.raw.startsWith('[');
}

export function isObject(value: Value): boolean {
  return value.type === 'json' && value.raw.startsWith('{');
}

export function jsonValue(raw: string): Value {
  return { ...missing, type: 'json', raw };
}

export function numberValue(raw: string): Value {
  return { ...missing, type: 'number', raw, number: parseFloat64(raw) };
}

export function booleanValue(is: boolean, raw = ''): Value {
  return { ...missing, type: is ? 'true' : 'false', raw };
}

/** The bytes a property read gives (gotemplate.md 16.5): whole numbers keep their digits, others go through float64. */
export function resultText(value: Value): string {
  switch (value.type) {
    case 'number':
      return /^-?[0-9]*$/.test(value.raw) ? value.raw : plainDecimal(value.number);
    case 'string':
      return value.text;
    case 'json':
      return value.raw;
    case 'true':
    case 'false':
      return value.type;
    case 'null':
      return '';
  }
}

/** Content of a member's key; '' where there is none. */
export function unquotedKey(raw: string): string {
  return unescapeLenient(raw.slice(1, -1));
}

/** What stands for a value inside an array or object that a path builds. */
export function rawOf(value: Value): string {
  return value.raw === '' ? resultText(value) : value.raw;
}

/** As an option of a modifier. */
export function truth(value: Value): boolean {
  if (value.type === 'string') return parseBoolean(value.text) ?? false;
  return value.type === 'true' || (value.type === 'number' && value.number !== 0);
}

/** Go's ParseBool of the lower-cased text. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === '1' || lower === 't' || lower === 'true') return true;
  return lower === '0' || lower === 'f' || lower === 'false' ? false : undefined;
}

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;

/** Go's ParseFloat; what it can't parse is 0. */
export function parseFloat64(text: string): number {
  if (decimal.test(text)) return Number(text);
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word) return word[2]?.toLowerCase() === 'nan' ? (word[1] ? 0 : Number.NaN) : word[1] === '-' ? -Infinity : Infinity;
  const [, sign, whole = '', fraction = '', exponent] = hexadecimal.exec(text) ?? [];
  if (whole + fraction === '') return 0;
  const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}
