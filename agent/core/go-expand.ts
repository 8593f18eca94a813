/** What a match offers to a template: undefined for a group that took no part or doesn't exist. */
export interface Groups {
  /** 0 is the whole match. */
  readonly byNumber: (group: number) => string | undefined;
  /** Of equal names the first that took part. */
  readonly byName: (name: string) => string | undefined;
}

/** A piece of a template. */
export type Expansion = { readonly literal: string } | { readonly number: number } | { readonly name: string };

const reference = /\$(?:\$|(?<name>[\p{L}\p{Nd}_]+)|\{(?<braced>[\p{L}\p{Nd}_]+)\})/gu;

/**
 * A template of Go's Regexp.Expand (gotemplate.md 17.3) in pieces: `$1`, `${1}`, `$name`, `${name}`, `$$`. An unbraced name is as
 * long as it can be, so `$1x` is the group named `1x`. Any other `$` stands for itself; backslashes mean nothing.
 */
export function parseExpansion(template: string): readonly Expansion[] {
  const pieces: Expansion[] = [];
  let copied = 0;
  for (const { 0: whole, index, groups } of template.matchAll(reference)) {
    pieces.push({ literal: template.slice(copied, index) });
    copied = index + whole.length;
    const name = groups?.['name'] ?? groups?.['braced'];
    if (name === undefined) pieces.push({ literal: '$' });
    else pieces.push(isNumber(name) ? { number: Number(name) } : { name });
  }
  return [...pieces, { literal: template.slice(copied) }];
}

/** What doesn't exist is empty. */
export function expand(pieces: readonly Expansion[], groups: Groups): string {
  return pieces.map((piece) => expandPiece(piece, groups)).join('');
}

function expandPiece(piece: Expansion, groups: Groups): string {
  if ('literal' in piece) return piece.literal;
  return ('number' in piece ? groups.byNumber(piece.number) : groups.byName(piece.name)) ?? '';
}

/** Without leading zeros, and small enough that Go reads it as a number. */
function isNumber(name: string): boolean {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name);
}
