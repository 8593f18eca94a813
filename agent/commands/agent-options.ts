import { AgentError } from '../core/agent-error.ts';
import { parseGoDuration } from '../core/go-duration.ts';
import { didYouMean } from '../core/problem.ts';
import type { FileWith } from '../core/spec.ts';
import { parseListen } from '../observe/listen-address.ts';
import { logLevels } from '../observe/log-fields.ts';
import { type ExecSettings, execGrace, execSettings } from './exec-options.ts';
import { type AgentFlag, type AgentOptions, agentOptions, exitAfterFirstOption, type Option, variableOf } from './options.ts';
import { formatOption, type RenderSettings, showValuesOption, timeoutOption, withOption } from './render-options.ts';

/**
 * Flags beat variables, variables beat defaults. Only variables of the table are read (a Service called keytide puts others there),
 * and an empty one counts as not set.
 *
 * @throws AgentError USAGE
 */
export function agentOptionsOf(
  command: 'init' | 'run' | 'check' | 'render' | 'refresh' | 'exec',
  flags: ReadonlyMap<string, readonly string[]>,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): AgentOptions {
  const given = new Map(
    agentOptions.map((option) => {
      const isLonger = command === 'exec' && option.flag === 'grace';
      return [option.flag, givenFor(isLonger ? { ...option, default: execGrace } : option, flags, env)];
    }),
  );
  const of = (flag: AgentFlag): Given => given.get(flag) ?? nothing;
  const namespace = of('namespace').values[0];
  return {
    ...{ spec: of('spec').values, root: text(of('root')), private: text(of('private')), feedback: text(of('feedback')) },
    ...{ credentials: text(of('credentials')), configmaps: text(of('configmaps')) },
    ...{ tokens: text(of('tokens')), annotations: text(of('annotations')), isPrivateGiven: of('private').isGiven },
    ...(namespace === undefined ? {} : { namespace }),
    listen: listenOf(of('listen')) ?? (command === 'run' ? ':8421' : 'off'),
    ...{ initTimeoutMs: durationMs(of('init-timeout')), graceMs: durationMs(of('grace')) },
    ...{ allowDisk: isOn(of('allow-disk')), strictIdentity: isOn(of('strict-identity')) },
    allowNodeCredentials: isOn(of('allow-node-credentials')),
    hookHosts: of('hook-hosts').values,
    keepToken: isOn(of('keep-token')),
    exitAfterFirst: isOn(givenFor(exitAfterFirstOption, flags, env)),
    templates: of('templates').values.map((word) => oneOf(of('templates'), ['eta', 'go'] as const, word)),
    ...{ logLevel: oneOf(of('log-level'), logLevels), terminationLog: text(of('termination-log')) },
    logFormat: of('log-format').isGiven ? oneOf(of('log-format'), ['json', 'pretty'] as const) : isTerminal ? 'pretty' : 'json',
  };
}

/** What only `exec` is told, beside the program. Throws USAGE. */
export function execSettingsOf(
  program: readonly string[],
  flags: ReadonlyMap<string, readonly string[]>,
  env: Readonly<Record<string, string | undefined>>,
): ExecSettings {
  return execSettings(program, (option) => {
    const given = givenFor(option, flags, env);
    return option.kind === 'switch' ? [String(isOn(given))] : given.values;
  });
}

/** What only `render` is told. Throws USAGE. */
export function renderSettingsOf(
  flags: ReadonlyMap<string, readonly string[]>,
  env: Readonly<Record<string, string | undefined>>,
): Pick<RenderSettings, 'timeoutMs' | 'values' | 'format'> {
  const timeout = givenFor(timeoutOption, flags, env);
  const timeoutMs = durationMs(timeout);
  if (timeoutMs === 0) throw wrong(timeout.by, 'nothing can be fetched in no time');
  const [format] = givenFor(formatOption, flags, env).values;
  const given = withOf(givenFor(withOption, flags, env));
  if (format === undefined && Object.keys(given).length > 0) throw wrong('--with', 'it fills a format: name one with --format');
  return {
    ...{ timeoutMs, values: isOn(givenFor(showValuesOption, flags, env)) ? 'shown' : 'masked' },
    ...(format === undefined ? {} : { format: { name: format, with: given } }),
  };
}

/** `host=db.example`, `password=entry:DB_PASSWORD`. */
function withOf({ values, by }: Given): FileWith {
  const pairs = values.map((value) => {
    const [, name, entry, text = ''] = /^([^=]+)=(?:entry:(.*)|(.*))$/s.exec(value) ?? [];
    if (name === undefined) throw wrong(by, 'write NAME=TEXT, or NAME=entry:KEY');
    const filled: FileWith[string] = entry === undefined ? { kind: 'text', text } : { kind: 'entry', entry };
    return [name, filled] as const;
  });
  return Object.fromEntries(pairs);
}

/** What one option was told, and by whom. */
interface Given {
  readonly values: readonly string[];
  readonly isGiven: boolean;
  /** `--root` or `KEYTIDE_ROOT`, for messages. */
  readonly by: string;
}

const nothing: Given = { values: [], isGiven: false, by: '' };

function givenFor(
  option: Option,
  flags: ReadonlyMap<string, readonly string[]>,
  env: Readonly<Record<string, string | undefined>>,
): Given {
  const { flag } = option;
  const byFlag = flags.get(flag);
  if (byFlag) return { values: split(option, byFlag, ','), isGiven: true, by: `--${flag}` };
  const variable = option.variable === 'none' ? undefined : env[variableOf(flag)];
  if (variable)
    return { values: split(option, [variable], option.kind === 'paths' ? ':' : ','), isGiven: true, by: variableOf(flag) };
  return { values: option.default === undefined ? [] : split(option, [option.default], ','), isGiven: false, by: `--${flag}` };
}

/** Several flags add up where that makes sense; of all others the last one counts. */
function split({ kind }: Option, values: readonly string[], separator: ',' | ':'): readonly string[] {
  if (kind === 'choices' || kind === 'names' || (kind === 'paths' && separator === ':'))
    return values
      .flatMap((value) => value.split(separator))
      .map((each) => each.trim())
      .filter((each) => each !== '');
  return kind === 'paths' || kind === 'texts' ? values : values.slice(-1);
}

function text({ values }: Given): string {
  return values[0] ?? '';
}

function listenOf({ values: [value], by }: Given): string | undefined {
  if (value === undefined || parseListen(value)) return value;
  throw wrong(by, `${value} is no address to listen on; write :PORT, HOST:PORT, [IPv6]:PORT or off`);
}

function durationMs({ values: [value = ''], by }: Given): number {
  const parsed = parseGoDuration(value);
  if ('wrong' in parsed) throw wrong(by, `${value} is not a duration; write for instance 90s, 5m or 1h30m`);
  if (parsed.ns < 0n) throw wrong(by, `${value} is negative`);
  return Number(parsed.ns / 1_000_000n);
}

function isOn({ values: [value = 'false'], by }: Given): boolean {
  if (['true', '1', 'yes', 'on'].includes(value)) return true;
  if (['false', '0', 'no', 'off'].includes(value)) return false;
  throw wrong(by, `${value} is neither true nor false`);
}

function oneOf<const Word extends string>({ values, by }: Given, words: readonly Word[], value = values[0] ?? ''): Word {
  const known = words.find((word) => word === value);
  if (known !== undefined) return known;
  throw wrong(by, `${value} is not known; allowed: ${words.join(', ')}${didYouMean(value, words)}`);
}

function wrong(by: string, message: string): AgentError {
  return new AgentError('USAGE', `${by}: ${message.slice(0, 300)}`);
}
