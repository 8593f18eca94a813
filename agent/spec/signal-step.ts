import type { GoRegexp } from '../core/go-regexp.ts';
import type { ProcessSelector, SignalStep } from '../core/hooks.ts';
import { object, optional, withDefault } from '../core/object-shape.ts';
import { boolean, derive, oneOf, refine, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf, type Located, located } from '../core/shape-rules.ts';

/** A signal to a process, its regular expression not yet compiled. */
export interface SignalFields {
  readonly name: (typeof signals)[number];
  readonly process: ProcessFields;
  readonly all: boolean;
  readonly handled: boolean;
}

/** Exactly one of them. */
export interface ProcessFields {
  readonly name?: string;
  readonly pidFile?: string;
  readonly commandMatches?: Located<string>;
}

/** Those that programs take as "read your files again" or "end in good order"; none that no program can handle. */
const signals = [
  ...(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGALRM', 'SIGURG', 'SIGIO'] as const),
  ...(['SIGCONT', 'SIGTTIN', 'SIGTTOU', 'SIGPOLL', 'SIGPWR', 'SIGVTALRM', 'SIGPROF'] as const),
] as const;

export const signalName = oneOf(...signals);

export const processName: Shape<string> = refine(string({ minLength: 1 }), (name) =>
  name.includes('/') ? { wrong: 'a name without "/" is wanted; for a whole command line use commandMatches' } : { value: name },
);

export const pidFile: Shape<string> = string({ pattern: /^\/./, allowed: 'an absolute path, as the agent sees it' });

const selectors = {
  pidFile: optional(pidFile),
  commandMatches: optional(located(string({ minLength: 1, description: 'RE2, matched against the command line.' }))),
};

/** `process` of a step. */
export const processFields: Shape<ProcessFields> = exactlyOneOf(object({ name: optional(processName), ...selectors }), [
  'name',
  'pidFile',
  'commandMatches',
]);

/** `process: { pidFile }` and `pidFile` beside `process` are the same. */
export const signalFields: Shape<SignalFields> = derive(
  exactlyOneOf(
    object({
      name: withDefault(signalName, 'SIGHUP'),
      process: optional(processFields),
      ...selectors,
      all: withDefault(boolean(), false),
      handled: withDefault(boolean(), false),
    }),
    ['process', 'pidFile', 'commandMatches'],
  ),
  ({ name, all, handled, process: chosen, ...beside }) => ({ name, all, handled, process: chosen ?? beside }),
);

export function signalStep({ name, process, all, handled }: SignalFields, regexp: Compiled): SignalStep {
  return { kind: 'signal', signal: name, process: selectorOf(process, regexp), all, handled };
}

export function selectorOf({ name, pidFile: path, commandMatches }: ProcessFields, regexp: Compiled): ProcessSelector {
  if (commandMatches) return { kind: 'commandMatches', pattern: regexp(commandMatches) };
  return path === undefined ? { kind: 'name', name: name ?? '' } : { kind: 'pidFile', path };
}

/** Gives the expression that was compiled before. */
type Compiled = (source: Located<string>) => GoRegexp;
