import { inInt64, parseInteger } from './functions/cast.ts';
import { parseFloat64 } from './functions/parse-float.ts';
import type { NumberNode } from './nodes.ts';
import { quoteGo } from './printing/quote.ts';
import type { Token } from './token.ts';
import { unquoteCharacter } from './unquote.ts';

/** A number or a character constant (gotemplate.md 2.1); where it is none, the message. */
export function parseNumber({ kind, at, text }: Token): NumberNode | string {
  if (kind === 'character') return parseCharacter(at, text);
  if (kind === 'complex' || text.endsWith('i')) return `complex numbers are not supported: ${quoteGo(text)}`;
  const integer = parseInteger(text);
  const isUnsigned = integer === 0n || !/^[-+]/.test(text);
  const [int, uint] = [inInt64(integer), isUnsigned ? inUint64(integer) : undefined];
  if (int !== undefined || uint !== undefined) return numberNode(at, text, Number(int ?? uint), int, uint);
  const float = parseFloat64(text);
  if (float === undefined) return `illegal number syntax: ${quoteGo(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quoteGo(text)}`;
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  return numberNode(at, text, float, inInt64(whole), inUint64(whole));
}

function parseCharacter(at: number, text: string): NumberNode | string {
  const rune = unquoteCharacter(text);
  if (rune === undefined) return 'invalid syntax';
  if (rune === 'malformed') return `malformed character constant: ${text}`;
  return numberNode(at, text, rune, BigInt(rune), BigInt(rune));
}

function numberNode(at: number, source: string, float: number, int?: bigint, uint?: bigint): NumberNode {
  return { kind: 'number', at, source, float, ...(int === undefined ? {} : { int }), ...(uint === undefined ? {} : { uint }) };
}

function inUint64(value: bigint | undefined): bigint | undefined {
  return value !== undefined && value >= 0n && value < 2n ** 64n ? value : undefined;
}
