import { squashEnd } from './scan.ts';

/** What a modifier or a literal gives, and what of the path is left. */
export interface Made {
  readonly text: string;
  readonly rest: string;
}

/** `!"text"`, `!5`, `!true`: a value that stands in the path itself. Undefined: `!` begins an ordinary key. */
export function literalOf(path: string): Made | undefined {
  const body = path.slice(1);
  if (/^[{["+0-9-]/.test(body)) {
    const end = squashEnd(body, 0);
    return { text: body.slice(0, end), rest: body.slice(end) };
  }
  const [word = ''] = /^[^.|]*/.exec(body) ?? [];
  return /^(?:true|false|null|nan|inf)$/i.test(word) ? { text: word, rest: body.slice(word.length) } : undefined;
}
