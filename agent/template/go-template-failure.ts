import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import { builtinNames } from './gotemplate/builtins.ts';
import { functionNames } from './gotemplate/functions/load.ts';
import { LimitExceeded } from './gotemplate/go-error.ts';
import { TemplateError } from './gotemplate/template-error.ts';

/**
 * A failure of a Go template in words for the operator: where, what, and what to do; never with a value. `keys`: the entries that it
 * could have named. What isn't a failure of a template is thrown on.
 */
export function goTemplateFailure(error: unknown, subject: string, keys: Iterable<string>): AgentError {
  const problem = goTemplateProblem(error, keys);
  const hint = problem.hint === undefined ? {} : { hint: problem.hint };
  return new AgentError('TEMPLATE_FAILED', `${subject}: ${problem.message}`, hint);
}

export interface GoTemplateProblem {
  /** With line and column, both from 1. */
  readonly message: string;
  readonly hint?: string;
}

export function goTemplateProblem(error: unknown, keys: Iterable<string>): GoTemplateProblem {
  if (error instanceof LimitExceeded) {
    return { message: error.message, hint: 'Make the template smaller; docs/templates.md has the limits.' };
  }
  if (!(error instanceof TemplateError)) throw error;
  const { place, reason: inBytes } = error;
  const reason = Buffer.from(inBytes, 'latin1').toString('utf8');
  const hint = hintFor(reason, keys);
  return {
    message: `line ${place.line}, column ${place.column + 1}: ${reason}${hint?.kind === 'guess' ? hint.text : ''}`,
    ...(hint?.kind === 'advice' ? { hint: hint.text } : {}),
  };
}

type Hint = { readonly kind: 'guess' | 'advice'; readonly text: string };

function hintFor(reason: string, keys: Iterable<string>): Hint | undefined {
  const missing = /no entry for key "([^"]*)"$/.exec(reason)?.[1];
  if (missing !== undefined) return { kind: 'guess', text: missingGuess(missing, [...keys]) };
  const unknown = /^function "([^"]*)" not defined$/.exec(reason)?.[1];
  if (unknown !== undefined) return unknownFunction(unknown);
  if (/^bad character U\+002D/.test(reason)) {
    return { kind: 'advice', text: 'A key with "-" is no field: write index . "a-b" instead of .a-b.' };
  }
  if (/expected map\[string\]interface \{\}; got map\[string\]string$/.test(reason)) {
    return {
      kind: 'advice',
      text: 'The entries themselves are no dict: read one by index . "key", or make a dict of JSON by fromJson.',
    };
  }
  const withheld = /error calling (\w+)$/.exec(reason)?.[1];
  if (withheld !== undefined)
    return { kind: 'advice', text: `Look at what ${withheld} is given: what it said may quote a value, so it is not shown.` };
  return undefined;
}

function missingGuess(missing: string, keys: readonly string[]): string {
  const guess = didYouMean(missing, keys);
  const near = /"(.*)"\?$/.exec(guess)?.[1];
  if (near !== undefined) return `; did you mean ${/^\w+$/.test(near) ? `.${near}` : `index . "${near}"`}?`;
  return keys.length > 0 && keys.length <= 10 ? `; there is ${keys.join(', ')}` : '';
}

/** Those that ESO takes out of sprig: they look at the machine. */
const removed = ['env', 'expandenv', 'getHostByName'];

function unknownFunction(name: string): Hint {
  if (removed.includes(name))
    return { kind: 'advice', text: `${name} is not among the functions, as in External Secrets Operator.` };
  return { kind: 'guess', text: didYouMean(name, [...functionNames(), ...builtinNames()]) };
}
