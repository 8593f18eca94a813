import { parseArgs } from 'node:util';
import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import { agentOptionsOf, execSettingsOf, renderSettingsOf } from './agent-options.ts';
import type { ExecSettings } from './exec-options.ts';
import { allOptions, type CommandName, commandNames, knownCommands, laterCommands } from './known-commands.ts';
import type { AgentOptions, Option } from './options.ts';
import type { RenderSettings } from './render-options.ts';

/** A command line that was understood. */
export type Invocation =
  | { readonly command: 'init' | 'run'; readonly options: AgentOptions }
  | ({ readonly command: 'exec'; readonly options: AgentOptions } & ExecSettings)
  | { readonly command: 'check'; readonly options: AgentOptions; readonly output: 'text' | 'json' }
  | ({ readonly command: 'render'; readonly options: AgentOptions } & RenderSettings)
  | { readonly command: 'refresh'; readonly options: AgentOptions; readonly name?: string }
  | { readonly command: 'version'; readonly output: 'text' | 'json' }
  | { readonly command: 'schema' }
  | { readonly command: 'completion'; readonly shell: 'bash' | 'zsh' }
  | { readonly command: 'help'; readonly about?: CommandName };

/** What the command line means besides its words. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads the log. */
  readonly isTerminal: boolean;
}

/**
 * Reads the words after `keytide`. This is on the way to the first publish, so it uses what Node brings; help and completion are
 * made from the same table (options.ts), later.
 *
 * @throws AgentError USAGE that says which word is wrong and what it may have meant
 */
export function parseCommand(argv: readonly string[], { env, isTerminal }: Surroundings): Invocation {
  const { own, program } = atDashes(argv);
  const { positionals, tokens } = parseArgs({ args: own, options: parserTable(), ...leniently });
  const given = tokens.filter((token) => token.kind === 'option');
  const [word, ...rest] = positionals;
  if (given.some(({ name }) => name === 'version') && word === undefined) return { command: 'version', output: 'text' };
  const isHelp = given.some(({ name }) => name === 'help');
  if (word === undefined && isHelp) return { command: 'help' };
  const command = commandOf(word); // No word at all is an error: a container that was told nothing must not seem to have done its job.
  if (isHelp) return { command: 'help', about: command };
  const values = valuesOf(command, given);
  const positional = positionalOf(command, command === 'exec' ? rest : [...rest, ...program]);
  switch (command) {
    case 'init':
    case 'run':
      return { command, options: agentOptionsOf(command, values, env, isTerminal) };
    case 'exec':
      return { command, options: agentOptionsOf(command, values, env, isTerminal), ...execSettingsOf(program, values, env) };
    case 'check':
      return { command, options: agentOptionsOf(command, values, env, isTerminal), output: outputOf(values) };
    case 'render':
      return { command, options: agentOptionsOf(command, values, env, isTerminal), ...renderSettings(positional, values, env) };
    case 'refresh': {
      const options = agentOptionsOf(command, values, env, isTerminal);
      return { command, options, ...(positional === undefined ? {} : { name: positional }) };
    }
    case 'version':
      return { command, output: outputOf(values) };
    case 'completion':
      return { command, shell: positional === 'zsh' ? 'zsh' : 'bash' };
    case 'schema':
      return { command };
    case 'help':
      return { command, ...(positional === undefined ? {} : { about: commandOf(positional) }) };
  }
}

/** What stands after `--` is a program's, options and all. */
function atDashes(argv: readonly string[]): { readonly own: string[]; readonly program: readonly string[] } {
  const at = argv.indexOf('--');
  return at < 0 ? { own: [...argv], program: [] } : { own: argv.slice(0, at), program: argv.slice(at + 1) };
}

/** What stands after each flag; a flag may come several times. */
export type FlagValues = ReadonlyMap<string, readonly string[]>;

/** Errors in our own words: the parser only cuts. */
const leniently = { strict: false, allowPositionals: true, tokens: true } as const;

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function parserTable(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const rows = allOptions.map((option) => [
    option.flag,
    {
      type: option.kind === 'switch' ? ('boolean' as const) : ('string' as const),
      ...(option.flag === 'output' ? { short: 'o' } : {}),
    },
  ]);
  return { ...Object.fromEntries(rows), help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } };
}

function commandOf(word: string | undefined): CommandName {
  const known = commandNames.find((name) => name === word);
  if (known) return known;
  if (word === undefined) throw usage(`which command? there are: ${commandNames.join(', ')}`);
  if (laterCommands.includes(word))
    throw usage(`${word} comes with a later version of Keytide; this one has: ${commandNames.join(', ')}`);
  throw usage(`unknown command ${shown(word)}; there are: ${commandNames.join(', ')}${didYouMean(word, commandNames)}`);
}

function valuesOf(command: CommandName, given: readonly FlagToken[]): FlagValues {
  const options: readonly Option[] = knownCommands[command].options;
  const values = new Map<string, string[]>();
  for (const token of given) {
    const option = options.find(
      ({ flag }) => flag === token.name || (flag === token.name.slice(3) && token.name.startsWith('no-')),
    );
    if (!option) throw unknownFlag(command, options, token);
    const value = option.kind === 'switch' ? switchValue(option, token) : textValue(token);
    values.set(option.flag, [...(values.get(option.flag) ?? []), value]);
  }
  return values;
}

/** `--allow-disk`, `--no-allow-disk`, `--allow-disk=false`. */
function switchValue({ flag }: Option, { name, value }: FlagToken): string {
  if (name !== flag) return 'false';
  return value ?? 'true';
}

function textValue({ rawName, value, inlineValue }: FlagToken): string {
  if (value === undefined || value === '') throw usage(`${rawName} needs a value`);
  if (!inlineValue && value.startsWith('-') && value !== '-')
    throw usage(`${rawName} needs a value; if ${shown(value)} is meant as one, write ${rawName}=${shown(value)}`);
  return value;
}

function unknownFlag(command: CommandName, options: readonly Option[], { name, rawName }: FlagToken): AgentError {
  const flags = [...options.map(({ flag }) => flag), 'help'];
  const allowed = flags.map((flag) => `--${flag}`).join(', ');
  return usage(`${command} has no option ${shown(rawName)}; it has: ${allowed}${didYouMean(name, flags).replace('"', '"--')}`);
}

function positionalOf(command: CommandName, words: readonly string[]): string | undefined {
  const { positional } = knownCommands[command];
  const [word, surplus] = words;
  if (word !== undefined && command === 'exec') throw usage(`exec takes no ${shown(word)}: the program stands after --`);
  if (word !== undefined && !positional) throw usage(`${command} takes no ${shown(word)}: only options`);
  if (surplus !== undefined) throw usage(`${command} takes one word, ${shown(surplus)} is too much`);
  if (word === undefined && positional?.presence === 'required')
    throw usage(`${command} needs a ${positional.name}: ${positional.choices?.join(' or ')}`);
  // `help exec` deserves the answer that `exec` gives.
  const choices = command === 'help' ? undefined : positional?.choices;
  if (word !== undefined && choices && !choices.includes(word))
    throw usage(`unknown ${positional?.name} ${shown(word)}; there are: ${choices.join(', ')}`);
  return word;
}

function renderSettings(name: string | undefined, values: FlagValues, env: Surroundings['env']): RenderSettings {
  return { ...renderSettingsOf(values, env), output: outputOf(values), ...(name === undefined ? {} : { name }) };
}

function outputOf(values: FlagValues): 'text' | 'json' {
  const value = values.get('output')?.at(-1) ?? 'text';
  if (value === 'text' || value === 'json') return value;
  throw usage(`--output: ${shown(value)} is not known; allowed: text, json${didYouMean(value, ['text', 'json'])}`);
}

/** A word of the command line in a message, cut to a length one can read. */
function shown(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}...` : word;
}

/** Wrong usage: exit code 2. */
function usage(message: string): AgentError {
  return new AgentError('USAGE', message);
}
