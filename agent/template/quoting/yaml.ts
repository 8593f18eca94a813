import type { Refuse } from './quoting.ts';

/**
 * A YAML scalar in double quotes (or a flow collection, for a list or a map), on one line: JSON, but for the characters
 * that YAML 1.1 takes for line breaks or doesn't print: they are escaped. `indent`: maps in maps as block mappings, with so
 * many spaces a level.
 */
export function yaml(value: unknown, refuse: Refuse, indent = 0): string {
  const flow = (part: unknown): string => {
    const text = JSON.stringify(part);
    if (text === undefined) return refuse('YAML has no word for undefined or a function');
    if (/\\ud[89a-f]/i.test(text) && typeof part === 'string' && !part.isWellFormed()) {
      return refuse('YAML can not hold half a character (a lone surrogate)');
    }
    return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  };
  const isMap = (part: unknown): part is object =>
    typeof part === 'object' && part !== null && !Array.isArray(part) && Object.keys(part).length > 0;
  const block = (map: object, margin: string): string => {
    const members = Object.entries(map).map(([key, member]: readonly [string, unknown]) => {
      const below = isMap(member) ? `\n${block(member, margin + ' '.repeat(indent))}` : ` ${flow(member)}`;
      return `${margin}${flow(key)}:${below}`;
    });
    return members.join('\n');
  };
  return indent > 0 && isMap(value) ? block(value, '') : flow(value);
}
