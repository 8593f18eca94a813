import type { SecretValue } from '../core/secret-value.ts';

/** What is told of a value. */
export interface ValueReport {
  readonly bytes: number;
  /** `json`: an object or a list. `binary`: not UTF-8, or with control characters that a terminal would act on. */
  readonly form: 'empty' | 'text' | 'json' | 'binary';
  /** Only when values are asked for. */
  readonly value?: string;
  readonly encoding?: 'text' | 'base64';
}

/** The size and the form of a value; itself only with `shown`. This is the one place where a value gets out of the agent by itself. */
export function valueReport(value: SecretValue, values: 'masked' | 'shown'): ValueReport {
  const bytes = value.reveal();
  const text = printableText(bytes);
  const size = { bytes: bytes.byteLength, form: formOf(bytes, text) };
  if (values === 'masked') return size;
  if (text !== undefined) return { ...size, value: text, encoding: 'text' };
  return { ...size, value: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
}

/** Undefined: binary. Tabs and line ends are all that text has of control characters. */
function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function formOf(bytes: Uint8Array, text: string | undefined): ValueReport['form'] {
  if (bytes.byteLength === 0) return 'empty';
  if (text === undefined) return 'binary';
  return isJson(text) ? 'json' : 'text';
}

/** A number or a word is text to its reader. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // Nothing is made of the error, which quotes its input.
  }
}
