import { types } from 'node:util';
import { type Context, constants, createContext, Script } from 'node:vm';
import {
  base64Inside,
  entriesInside,
  failuresInside,
  hideInside,
  type InsideInput,
  includingInside,
  outputInside,
  quotingsInside,
} from './eta-inside.ts';
import { textQuotings, valueQuotings } from './quoting/known.ts';

/** The name of the compiled template in stack traces. */
export const templateFile = 'keytide-template';

/** What a template's script calls, with its function, to be run. */
export const runName = 'keytideRun';

/** What the script of a partial calls before that, with its name and its function. */
export const partialName = 'keytidePartial';

export type ContextResult =
  | { readonly kind: 'output'; readonly text: string }
  /** An InsideReport as JSON. */
  | { readonly kind: 'failed'; readonly report: string }
  | { readonly kind: 'tooLong' };

/**
 * A context of its own for the templates of one delivery, made for one rendering and dropped after it: no global of ours is
 * in there, code can't be made from strings, and what a template starts ends with it. Only strings cross the border. The
 * returned function runs a template's scripts in it, its own after those of its partials.
 */
export function openContext(input: InsideInput, timeoutMs: number): (scripts: readonly Script[]) => ContextResult {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate', // So that the time limit would hold for async code, too, if any got past eta-source.ts.
  });
  context['keytideInput'] = JSON.stringify(input);
  prelude.runInContext(context);
  return (scripts) => resultOf(scripts, context, timeoutMs);
}

function resultOf(scripts: readonly Script[], context: Context, timeoutMs: number): ContextResult {
  try {
    let result: unknown;
    for (const script of scripts) result = script.runInContext(context, { timeout: timeoutMs });
    if (typeof result !== 'string') return { kind: 'failed', report: unreported };
    return result.startsWith('+') ? { kind: 'output', text: result.slice(1) } : { kind: 'failed', report: result.slice(1) };
  } catch (error) {
    const isTimeout = types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return isTimeout ? { kind: 'tooLong' } : { kind: 'failed', report: unreported };
  }
}

/** For what went so wrong that the context could not say it. */
const unreported = JSON.stringify({ failure: { kind: 'threw', name: 'Error' }, places: [] });

const prelude = new Script(
  `{
  'use strict';
  const { fail, report } = (${failuresInside})();
  const input = JSON.parse(globalThis.keytideInput);
  delete globalThis.keytideInput;
  const text = { ${sources(textQuotings)} };
  const entriesOf = ${entriesInside};
  const it = entriesOf(input, 'missing', fail);
  const options = entriesOf({ texts: input.options, binaries: [] }, 'noOption', fail);
  const put = (${outputInside})(input.outputLimit, fail);
  (${quotingsInside})(globalThis, input, { text, value: { ${sources(valueQuotings)} } }, fail);
  Object.defineProperty(globalThis, 'b64of', { value: (${base64Inside})(input, text.b64enc, fail) });
  const self = { config: {}, ...(${includingInside})(put, fail) };
  (${hideInside})(globalThis, fail);
  const run = (template) => {
    try {
      return '+' + self.begin(template, it, options);
    } catch (error) {
      return '-' + report(error);
    }
  };
  Object.defineProperty(globalThis, '${runName}', { value: run });
  Object.defineProperty(globalThis, '${partialName}', { value: self.add });
}`,
  { filename: 'keytide-inside' },
);

function sources(functions: Readonly<Record<string, unknown>>): string {
  return Object.entries(functions)
    .map(([name, source]) => `${name}: ${source}`)
    .join(',\n');
}
