import type { DecodingStrategy } from './spec.ts';

/**
 * decodingStrategy (eso.md 1.4). Base64 as Go reads it: padding must be there, line breaks anywhere are ignored, bits that are left
 * over are too. `Auto` takes the first that fits, so that a word of 4, 8 ... letters is decoded, as in ESO.
 */
export function decoded(value: Uint8Array, strategy: DecodingStrategy): Uint8Array | { readonly wrong: string } {
  switch (strategy) {
    case 'None':
      return value;
    case 'Base64':
      return base64(value, '+/') ?? refuse('no Base64 with padding');
    case 'Base64URL':
      return base64(value, '-_') ?? refuse('no Base64URL with padding');
    case 'Auto':
      return base64(value, '+/') ?? base64(value, '-_') ?? value;
  }
}

function refuse(what: string): { readonly wrong: string } {
  return { wrong: `the value is ${what}, which decodingStrategy asks for` };
}

/** Undefined: something else. `last` are the alphabet's last two characters. */
function base64(value: Uint8Array, last: '+/' | '-_'): Uint8Array | undefined {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    .toString('latin1')
    .replace(/[\r\n]+/g, '');
  const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  const alphabet = last === '+/' ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/;
  return text.length % 4 === 0 && alphabet.test(body) ? Buffer.from(body, last === '+/' ? 'base64' : 'base64url') : undefined;
}
