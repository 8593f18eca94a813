import { isUtf8 } from 'node:buffer';
import { AgentError } from '../core/agent-error.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import { type Piece, piecesOf, type Reference } from './references.ts';

/** What a program's environment is made of; no values yet. */
export interface EnvironmentPlan {
  /** Of the agent itself, without its own options. */
  readonly plain: Readonly<Record<string, string>>;
  /** Variables of the agent whose values name others. */
  readonly referring: ReadonlyMap<string, readonly Piece[]>;
  /** Deliveries all of whose entries are variables. */
  readonly from: readonly string[];
  readonly named: ReadonlyMap<string, Reference>;
}

export interface EnvironmentMade {
  readonly environment: Readonly<Record<string, string>>;
  /** Keys that are no names of variables, as `delivery/key`. */
  readonly passedOver: readonly string[];
  /** Variables of the agent that a delivery replaced. */
  readonly replaced: readonly string[];
}

/** Variables that are options of the agent don't go on to the program. Throws USAGE for a reference that can't be read. */
export function planEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  { envFrom, env }: { readonly envFrom: readonly string[]; readonly env: ReadonlyMap<string, Reference> },
): EnvironmentPlan {
  const plain: Record<string, string> = {};
  const referring = new Map<string, readonly Piece[]>();
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined || name.startsWith('KEYTIDE_')) continue;
    const pieces = piecesOf(name, value);
    if (pieces) referring.set(name, pieces);
    else plain[name] = value;
  }
  return { plain, referring, from: envFrom, named: env };
}

/** Of which deliveries it is made. */
export function deliveriesOf({ referring, from, named }: EnvironmentPlan): ReadonlySet<string> {
  const pieces = [...referring.values()].flat();
  const inside = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.delivery]));
  return new Set([...from, ...inside, ...[...named.values()].map(({ delivery }) => delivery)]);
}

/** The name of an environment variable: letters, digits and `_`, no digit first (POSIX, "Environment Variables"). */
const legalName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The environment with all values. `values` gives the entries and files of a delivery. What is named one by one beats what comes with
 * a whole delivery, and a later delivery an earlier one. Throws RESOLVE_FAILED, which names the variable, when it can't be made.
 */
export function makeEnvironment(plan: EnvironmentPlan, values: (delivery: string) => Entries): EnvironmentMade {
  const environment: Record<string, string> = { ...plan.plain };
  const [passedOver, replaced]: [string[], Set<string>] = [[], new Set()];
  for (const [name, pieces] of plan.referring) environment[name] = joined(name, pieces, values);
  const own = new Set(Object.keys(environment));
  const put = (name: string, value: string): void => {
    if (own.has(name)) replaced.add(name);
    environment[name] = value;
  };
  for (const delivery of plan.from) {
    for (const [key, value] of values(delivery)) {
      if (legalName.test(key)) put(key, textOf(key, { delivery, key }, value));
      else passedOver.push(`${delivery}/${key}`);
    }
  }
  for (const [name, reference] of plan.named) put(name, joined(name, [reference], values));
  for (const [name, value] of Object.entries(environment)) refuseTooLong(name, value);
  return { environment, passedOver, replaced: [...replaced] };
}

function joined(name: string, pieces: readonly Piece[], values: (delivery: string) => Entries): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : valueAt(name, piece, values(piece.delivery)))).join('');
}

function valueAt(name: string, reference: Reference, entries: Entries): string {
  const value = entries.get(reference.key);
  if (value) return textOf(name, reference, value);
  const keys = [...entries.keys()].join(', ') || 'nothing';
  throw refused(name, `delivery ${reference.delivery} has no ${reference.key}; it has: ${keys}`);
}

function textOf(name: string, { delivery, key }: Reference, value: SecretValue): string {
  const bytes = value.reveal();
  if (bytes.includes(0)) throw refused(name, `${delivery}/${key} holds a NUL, and no environment variable can`);
  if (!isUtf8(bytes)) throw refused(name, `${delivery}/${key} is not UTF-8 text`);
  return Buffer.from(bytes).toString('utf8');
}

/** Linux takes no `NAME=value` of more than 32 pages (MAX_ARG_STRLEN), its NUL counted. */
const mostBytes = 131_071;

function refuseTooLong(name: string, value: string): void {
  const bytes = Buffer.byteLength(name) + 1 + Buffer.byteLength(value);
  if (bytes > mostBytes) throw refused(name, `it has ${bytes} bytes with its name, and Linux takes ${mostBytes}`);
}

function refused(name: string, why: string): AgentError {
  return new AgentError('RESOLVE_FAILED', `variable ${name}: ${why}`, {
    hint: 'Correct the variable, --env or --env-from; what is no text for a variable can be read from its file.',
  });
}
