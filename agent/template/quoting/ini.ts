import type { Refuse } from './quoting.ts';

/**
 * A value of an INI file as Python's configparser and npm's ini both read it: nothing is quoted or escaped, since what one takes for a
 * quote or a comment is text for the other.
 */
export function ini(text: string, refuse: Refuse): string {
  if (/[\r\n\u2028\u2029]/.test(text)) return refuse('an INI file can not hold a line break');
  // Python's strip() takes some control characters for space, JavaScript's trim() others.
  if (/^[\s\p{Cc}]|[\s\p{Cc}]$/u.test(text))
    return refuse('an INI file can not hold a space or a control character at the ends of a value');
  if (/[;#]/.test(text)) return refuse('an INI file can not hold ; or #: they begin a comment for some readers');
  if (text.includes('\\\\')) return refuse('an INI file can not hold two backslashes in a row: some readers make one of them');
  if (/^(".*"|'.*'|')$/s.test(text)) return refuse('an INI file can not hold a value in quotes: some readers take them off');
  return text;
}

/** A value as Python's configparser alone reads it: up to the end of the line, whatever is in it. */
export function iniRaw(text: string, refuse: Refuse): string {
  if (/[\r\n]/.test(text)) return refuse('an INI file can not hold a line break');
  if (/^[\s\p{Cc}]|[\s\p{Cc}]$/u.test(text)) {
    return refuse('an INI file can not hold a space or a control character at the ends of a value');
  }
  return text;
}

/** A value as npm's ini alone reads it: what is in double quotes is JSON. */
export function iniQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (part) => `\\u${part.charCodeAt(0).toString(16)}`);
}

/** A key of an INI file: one that begins no comment and no section, and has nothing that ends a key. */
export function iniKey(text: string, refuse: Refuse): string {
  if (text === '__proto__' || !/^[^\s=:[\]#;"'\\\p{Cc}]+$/u.test(text)) {
    return refuse('this is not a key that an INI file can hold');
  }
  return text;
}

/** The name of a section, between its brackets. */
export function iniSection(text: string, refuse: Refuse): string {
  if (text === '__proto__' || !/^[^[\]#;\\\p{Cc}\u2028\u2029]+$/u.test(text) || /^[\s"']|[\s"']$/.test(text)) {
    return refuse('this is not the name of a section that an INI file can hold');
  }
  return text;
}
