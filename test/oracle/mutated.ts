import type { Chance } from './chance.ts';

const pieces = [
  '{{',
  '}}',
  '(',
  ')',
  '|',
  '"',
  '`',
  "'",
  '.',
  '$',
  ':=',
  '=',
  ',',
  ' ',
  '-',
  '{{-',
  '-}}',
  '{{end}}',
  '{{else}}',
  'end',
  'else',
  'if',
  '/*',
  '*/',
  '\n',
  '@',
  '#',
  '1',
  'nil',
  '{{/*',
  '..',
  '$x',
  '\\',
  '^',
  '&',
  '\xe2\x80\x98',
  '\xff',
  '\x00',
  '{{break}}',
  '{{template "x"}}',
  'true',
  '!',
  '%',
  '{{define "x"}}',
  '0x',
  'range',
  '{{else if}}',
  '{{block}}',
  ':',
  '+',
  ';',
];

/** A source with one or two places that no longer fit: what a parser has to find words for. */
export function mutated(chance: Chance, source: string): string {
  return chance.times(1, chance.happens(0.2) ? 2 : 1, () => 0).reduce((text) => changed(chance, text), source);
}

function changed(chance: Chance, source: string): string {
  const tokens = source.match(/\{\{-? ?|-?\}\}|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[\w.$]+|\s+|[\s\S]/g) ?? [''];
  const at = chance.below(tokens.length);
  const piece = chance.pick(pieces);
  const token = tokens[at] ?? '';
  const place = chance.below(token.length + 1);
  const instead = chance.pick([
    '',
    piece,
    token + token,
    token + piece,
    piece + token,
    token.slice(0, place),
    token.slice(0, place) + piece + token.slice(place),
    tokens[at + 1] ?? '',
  ]);
  return [...tokens.slice(0, at), instead, ...tokens.slice(at + 1)].join('');
}
