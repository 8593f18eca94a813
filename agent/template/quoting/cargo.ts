import type { Refuse } from './quoting.ts';

/** A token in cargo's credentials.toml, as a basic string of TOML. cargo takes none but printable ASCII and tabs (crates-io, check_token). */
export function cargoToken(text: string, refuse: Refuse): string {
  if (text === '') return refuse('an empty text is not a token for cargo');
  if (!/^[\t -~]*$/.test(text)) return refuse('a token for cargo can not hold anything but printable ASCII and tabs');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The name of a registry as cargo takes it, which needs no quotes as a key of TOML. */
export function cargoRegistry(text: string, refuse: Refuse): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text)
    ? text
    : refuse('this is not the name of a registry: letters, digits, - and _');
}
