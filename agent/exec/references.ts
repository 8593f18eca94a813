import { AgentError } from '../core/agent-error.ts';

/** A value of a delivery: one of its entries, or the text of a file that it has. */
export interface Reference {
  readonly delivery: string;
  /** As it stands below the delivery's directory. */
  readonly key: string;
}

/** Text, and what stands in it for values. */
export type Piece = string | Reference;

const scheme = 'keytide://';
const [delivery, key] = ['[-._a-zA-Z0-9]+', '[-._a-zA-Z0-9]+(?:/[-._a-zA-Z0-9]+)*'];
const whole = new RegExp(`^${scheme}(${delivery})/(${key})$`);
const inside = new RegExp(`\\$\\{${scheme}(${delivery})/(${key})\\}`);

/**
 * What a variable is made of: `keytide://delivery/key` as the whole value, or `${keytide://delivery/key}` in it, any number of times.
 * Undefined for a value without a reference. Throws USAGE for one that says `keytide://` and is neither.
 */
export function piecesOf(variable: string, value: string): readonly Piece[] | undefined {
  if (!value.includes(scheme)) return undefined;
  const only = whole.exec(value);
  if (only) return [referenceOf(only)];
  const pieces: Piece[] = [];
  let rest = value;
  for (let found = inside.exec(rest); found; found = inside.exec(rest)) {
    pieces.push(rest.slice(0, found.index), referenceOf(found));
    rest = rest.slice(found.index + found[0].length);
  }
  if (![...pieces, rest].some((piece) => typeof piece === 'string' && piece.includes(scheme))) return [...pieces, rest];
  throw new AgentError('USAGE', `variable ${variable} has a reference that can't be read`, {
    hint: `Write ${scheme}delivery/key as the whole value, or $\{${scheme}delivery/key} inside of it.`,
  });
}

/** `delivery/key`, as `--env NAME=delivery/key` has it; undefined when it is none. */
export function parseReference(text: string): Reference | undefined {
  const found = whole.exec(`${scheme}${text}`);
  return found ? referenceOf(found) : undefined;
}

function referenceOf([, of = '', at = '']: RegExpExecArray): Reference {
  return { delivery: of, key: at };
}
