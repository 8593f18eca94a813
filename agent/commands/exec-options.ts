import { constants } from 'node:os';
import { AgentError } from '../core/agent-error.ts';
import type { ChildRules } from '../exec/child-life.ts';
import { parseReference, type Reference } from '../exec/references.ts';
import { agentOptions, type Option } from './options.ts';

const group = "The program's environment";

const envFromOption = {
  flag: 'env-from',
  kind: 'names',
  value: 'DELIVERY',
  meaning: 'delivery whose entries become environment variables; may be given several times, the last one wins',
  group,
} as const satisfies Option;

const envOption = {
  flag: 'env',
  kind: 'names',
  value: 'NAME=DELIVERY/KEY',
  meaning: 'variable NAME holds this entry, or the text of this file; may be given several times',
  group,
} as const satisfies Option;

const onChangeOption = {
  flag: 'on-change',
  kind: 'text',
  value: 'restart|signal:NAME|none',
  default: 'restart',
  meaning: 'what a change of these variables does: SIGTERM and a new start, a signal, or nothing',
  group,
} as const satisfies Option;

const onceOption = {
  flag: 'once',
  kind: 'switch',
  meaning: 'deliver once and become the program: nothing of the agent stays, nothing is kept fresh',
  group,
} as const satisfies Option;

/** What is said of the same option elsewhere. */
export const execGrace = '10s';

/** All that `exec` alone is told, in the order of help. */
export const execOnlyOptions: readonly Option[] = [envFromOption, envOption, onChangeOption, onceOption];

/** A restart takes longer than an agent alone takes to end. */
export const execOptions: readonly Option[] = [
  ...execOnlyOptions,
  ...agentOptions.map((option) =>
    option.flag === 'grace' ? { ...option, default: execGrace, meaning: `${option.meaning}; the program's, too` } : option,
  ),
];

export interface ExecSettings {
  /** The program and its arguments. */
  readonly program: readonly string[];
  readonly envFrom: readonly string[];
  readonly env: ReadonlyMap<string, Reference>;
  readonly onChange: ChildRules['onChange'];
  readonly once: boolean;
}

/** `given` is what each option was told. Throws USAGE. */
export function execSettings(program: readonly string[], given: (option: Option) => readonly string[]): ExecSettings {
  if (program.length === 0) throw usage('exec needs a program: keytide exec [OPTIONS] -- CMD [ARGS...]');
  return {
    ...{ program, envFrom: given(envFromOption), env: named(given(envOption)) },
    ...{ onChange: onChangeOf(given(onChangeOption)[0] ?? ''), once: given(onceOption)[0] === 'true' },
  };
}

function named(pairs: readonly string[]): ReadonlyMap<string, Reference> {
  const variables = new Map<string, Reference>();
  for (const pair of pairs) {
    const [, name = '', text = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(pair) ?? [];
    const reference = parseReference(text);
    if (!reference) throw usage(`--env: ${pair.slice(0, 100)} is not NAME=DELIVERY/KEY`);
    if (variables.has(name)) throw usage(`--env: ${name} is given twice`);
    variables.set(name, reference);
  }
  return variables;
}

function onChangeOf(text: string): ChildRules['onChange'] {
  if (text === 'restart' || text === 'none') return text;
  const [, name] = /^signal:(SIG[A-Z0-9]+)$/.exec(text) ?? [];
  if (name !== undefined && isSignal(name) && name !== 'SIGKILL' && name !== 'SIGSTOP') return { signal: name };
  throw usage(`--on-change: ${text.slice(0, 100)} is not known; allowed: restart, none, and signal:NAME such as signal:SIGHUP`);
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}

function usage(message: string): AgentError {
  return new AgentError('USAGE', message);
}
