import type { Refuse } from './quoting.ts';

/**
 * A YAML scalar in double quotes (or a flow collection, for a list or a map), on one line: JSON, but for the characters
 * that YAML 1.1 takes for line breaks or doesn't print: they are escaped.
 */
export function yaml(value: unknown, refuse: Refuse): string {
  const text = JSON.stringify(value);
  if (text === undefined) return refuse('YAML has no word for undefined or a function');
  if (/\\ud[89a-f]/i.test(text) && typeof value === 'string' && !value.isWellFormed()) {
    return refuse('YAML can not hold half a character (a lone surrogate)');
  }
  return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
