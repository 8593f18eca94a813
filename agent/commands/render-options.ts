import type { FileWith } from '../core/spec.ts';
import { agentOptions, type Option, outputOption } from './options.ts';

/** How long everything together may take: somebody waits for it. */
export const timeoutOption = {
  flag: 'timeout',
  kind: 'duration',
  value: 'TIME',
  default: '30s',
  meaning: 'how long fetching and rendering together may take',
  group: 'Serving and time',
} as const satisfies Option;

/** Only as a flag: a variable could show values to somebody who didn't ask. */
export const showValuesOption = {
  flag: 'show-values',
  kind: 'switch',
  variable: 'none',
  meaning: 'print the values themselves, not only their size; only when stdout is a terminal',
  group: 'Result',
} as const satisfies Option;

export const formatOption = {
  flag: 'format',
  kind: 'text',
  value: 'FORMAT',
  variable: 'none',
  meaning: 'what NAME would be in this format; without NAME, what the format is, with an example; list: all formats',
  group: 'Result',
} as const satisfies Option;

export const withOption = {
  flag: 'with',
  kind: 'texts',
  value: 'NAME=TEXT',
  variable: 'none',
  meaning: 'what --format is given, as `with` of a file: NAME=TEXT, or NAME=entry:KEY; may be given several times',
  group: 'Result',
} as const satisfies Option;

/** All of `render`, in the order of help. */
export const renderOptions: readonly Option[] = [
  ...agentOptions,
  timeoutOption,
  showValuesOption,
  formatOption,
  withOption,
  outputOption,
];

/** What `render` is told besides the options of all commands that work on a spec. */
export interface RenderSettings {
  /** An external secret or a delivery; none: the only external secret of the spec. */
  readonly name?: string;
  readonly timeoutMs: number;
  readonly values: 'masked' | 'shown';
  readonly output: 'text' | 'json';
  readonly format?: { readonly name: string; readonly with: FileWith };
}
