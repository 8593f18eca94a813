import type { Chance } from './chance.ts';

/** A text as a literal of Go, in one of its forms; bytes that are no UTF-8 only as escapes. */
export function textLiteral(chance: Chance, text: string): string {
  if (chance.happens(0.12) && !/[`\r]/.test(text) && isUtf8(text)) return `\`${text}\``;
  const keepsBytes = isUtf8(text) && chance.happens(0.9);
  const escaped = text.replace(/["\\]|[^ -~]/g, (char) => {
    if (char >= '\x80' && keepsBytes) return char;
    const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x07': '\\a', '\v': '\\v' }[char];
    if (short !== undefined) return short;
    const code = char.charCodeAt(0);
    return chance.happens(0.2) ? `\\${code.toString(8).padStart(3, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

function isUtf8(text: string): boolean {
  return Buffer.from(Buffer.from(text, 'latin1').toString('utf8'), 'utf8').toString('latin1') === text;
}

export function smallIntLiteral(chance: Chance): string {
  return chance.weighted<() => string>([
    [12, () => String(chance.between(0, 12))],
    [2, () => String(-chance.between(1, 5))],
    [
      1,
      () =>
        chance.pick([
          '0x1F',
          '0b101',
          '0o17',
          '017',
          '1_0',
          "'a'",
          "'\\n'",
          "'é'",
          "'\\x41'",
          "'\\''",
          '+3',
          '0X0a',
          '0B1',
          '0',
          '00',
        ]),
    ],
  ])();
}

export function intLiteral(chance: Chance): string {
  if (chance.happens(0.8)) return smallIntLiteral(chance);
  return chance.pick([
    '100',
    '1234567',
    '-42',
    '9223372036854775807',
    '-9223372036854775808',
    '86400',
    '65535',
    '1_000_000',
    '0x7fffffff',
    '9223372036854775808',
    '18446744073709551615',
    '2.0',
    '1e3',
  ]);
}

export function floatLiteral(chance: Chance): string {
  return chance.pick([
    '1.5',
    '0.1',
    '.5',
    '2.',
    '1e6',
    '1E-5',
    '3.14159',
    '-2.5',
    '1.0',
    '1e21',
    '0x1p4',
    '123456789.123',
    '100000.0',
    '1e-7',
    '2.675',
    '0x.8p1',
    '1_0.5',
    '1e100',
    '-0.0',
    '0.30000000000000004',
    '12345678.0',
  ]);
}

/** What no lexer of Go takes, or only just. */
export function oddLiteral(chance: Chance): string {
  return chance.pick([
    '1__0',
    '12a',
    '0x',
    "'ab'",
    "''",
    '"\\q"',
    '1e',
    '08',
    '18446744073709551616',
    '1_',
    '0b2',
    '"\\xZZ"',
    "'\\u12'",
    '1.2.3',
    '+-1',
    '0o8',
    '1.x',
    "'a",
    '"\\400"',
    '"\\ud800"',
    '"\\U00110000"',
    '0_1',
    '0xp1',
    '1e400',
    '-',
    '+',
    '1e-400',
  ]);
}
