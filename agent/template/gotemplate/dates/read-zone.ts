import type { Read } from './read-chunk.ts';

/** `-0700`, `Z07:00` and so on: the colons of the layout must be there. */
export function readOffset(chunk: string, text: string): Read {
  if (chunk.startsWith('Z') && text.startsWith('Z')) return { fields: { isUtc: true }, rest: text.slice(1) };
  const length = chunk.length;
  if (text.length < length) return undefined;
  const separator = chunk.includes(':') ? ':' : '';
  const parts = partsOf(text.slice(1, length), separator);
  if (parts === undefined) return undefined;
  const numbers = parts.slice(0, parts.findIndex((part) => !isNumber(part)) >>> 0); // What comes after a wrong part isn't looked at.
  const [hours = 0, minutes = 0, seconds = 0] = numbers.map(Number);
  if (seconds > 60) return { outOfRange: 'time zone offset second' };
  if (minutes > 60) return { outOfRange: 'time zone offset minute' };
  if (hours > 24) return { outOfRange: 'time zone offset hour' };
  if (!/^[+-]/.test(text) || numbers.length < parts.length) return undefined;
  const size = (hours * 60 + minutes) * 60 + seconds;
  return { fields: { offsetSeconds: text.startsWith('-') ? 0 - size : size }, rest: text.slice(length) };
}

/** Two characters each; undefined if a separator isn't where it should be. */
function partsOf(text: string, separator: string): readonly string[] | undefined {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += 2 + separator.length) {
    if (at > 0 && !text.startsWith(separator, at - separator.length)) return undefined;
    parts.push(text.slice(at, at + 2));
  }
  return parts;
}

function isNumber(part: string): boolean {
  return /^[0-9]{2}$/.test(part);
}

/** What looks like an abbreviation: Go knows none of them but UTC. */
export function readAbbreviation(text: string): Read {
  if (text.startsWith('UTC')) return { fields: { isUtc: true }, rest: text.slice(3) };
  const length = abbreviationLength(text);
  return length === 0 ? undefined : { fields: { abbreviation: text.slice(0, length) }, rest: text.slice(length) };
}

function abbreviationLength(text: string): number {
  if (text.length < 3) return 0;
  if (/^(?:ChST|MeST)/.test(text)) return 4;
  if (text.startsWith('GMT')) return 3 + signedHourLength(text.slice(3));
  if (/^[+-]/.test(text)) return signedHourLength(text);
  const [capitals = ''] = /^[A-Z]{0,6}/.exec(text) ?? [];
  return /^(?:[A-Z]{3}|[A-Z]{3}T|WITA|[A-Z]{4}T)$/.test(capitals) ? capitals.length : 0;
}

/** `+3`, `-11`, `+003`: up to 23. */
function signedHourLength(text: string): number {
  const [found = ''] = /^[+-][0-9]+/.exec(text) ?? [];
  return found !== '' && Number(found.slice(1)) <= 23 ? found.length : 0;
}
