import { parseGoJson, writeGoJson } from '../../agent/core/go-json.ts';

/** A member that is JSON already, such as what KV v1 keeps: numbers stay as they were typed (vault.md R-11). */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | number | string | JsonText | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Content of a secret: an object, or its JSON text where digits matter. */
export type SecretData = JsonObject | string;

export type Method = 'GET' | 'LIST' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request, taken apart. */
export interface Call {
  readonly method: Method;
  /** Below `/v1/` and the namespace, decoded, without slashes at its ends. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bodyText: string;
  /** The path ended with a slash: a folder, where nothing can be read. */
  readonly isFolder: boolean;
  /** '' for the root namespace, otherwise such as `team/app`. */
  readonly namespace: string;
  readonly token: string;
  /** DER of the client's certificate, on a TLS connection that has one. */
  readonly certificate: Buffer | undefined;
}

/** What goes out. */
export type Reply =
  | {
      readonly kind: 'envelope';
      /** 200 unless given: some 404 carry an envelope (R-60). */
      readonly status?: number;
      readonly data?: Json;
      readonly auth?: Json;
      readonly lease?: { readonly id: string; readonly renewable: boolean; readonly seconds: number };
      readonly warnings?: readonly string[];
      readonly mountType?: string;
      /** Members of `data` are repeated at the top, as below sys/ (R-15). */
      readonly repeats?: boolean;
    }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'json'; readonly status: number; readonly text: string };

/** An answer with `errors`. */
export class VaultRefusal extends Error {
  readonly status: number;
  readonly errors: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, errors: string | readonly string[], headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${errors}`);
    this.status = status;
    this.errors = [errors].flat();
    this.headers = headers;
  }
}

/** The form that Go's multierror gives to what comes out of the core (R-20). */
export function multiline(...errors: readonly string[]): string {
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  return `${count} occurred:\n${errors.map((each) => `\t* ${each}\n`).join('')}\n`;
}

/** Nothing is there: 404 without a word. */
export function nothingThere(): VaultRefusal {
  return new VaultRefusal(404, []);
}

export function unsupported(): VaultRefusal {
  return new VaultRefusal(405, multiline('unsupported operation'));
}

/** As Go's encoder writes maps: sorted by bytes, HTML escaped (R-12). */
export function encode(value: Json): string {
  if (value instanceof JsonText) return value.text;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return JSON.stringify(value);
  if (typeof value === 'string') return escaped(JSON.stringify(value));
  if (isList(value)) return `[${value.map(encode).join(',')}]`;
  return encodeInOrder(Object.fromEntries(Object.entries(value).sort(([a], [b]) => inByteOrder(a, b))));
}

/** As Go's encoder writes structs: in the order of the fields. */
export function encodeInOrder(value: JsonObject): string {
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${escaped(JSON.stringify(name))}:${encode(member)}`],
  );
  return `{${members.join(',')}}`;
}

/** As `goDuration`, without the units that are zero: what Vault says of a TTL. */
export function shortDuration(total: number): string {
  const [hours, minutes, rest] = [Math.trunc(total / 3600), Math.trunc((total % 3600) / 60), total % 60];
  return (
    [
      [hours, 'h'],
      [minutes, 'm'],
      [rest, 's'],
    ]
      .flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`]))
      .join('') || '0s'
  );
}

export function inByteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A JSON object as Vault gives it back: compact and sorted; numbers as typed (KV v1) or as a float64 writes them (KV v2). */
export function goText(data: SecretData, numbers: 'literal' | 'float'): string {
  const text = typeof data === 'string' ? data : encode(data);
  const parsed = parseGoJson(Buffer.from(text).toString('latin1'));
  if ('wrong' in parsed) throw new VaultRefusal(400, `failed to parse JSON input: ${parsed.wrong}`);
  return Buffer.from(writeGoJson(parsed.value, { html: 'escaped', numbers }), 'latin1').toString();
}

/** Seconds of `3600`, `"3600"`, `"1h30m"`; undefined for anything else. */
export function seconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return Math.trunc([...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0));
}

/** As Go prints a duration: `1h0m0s`. */
export function goDuration(total: number): string {
  const [hours, minutes, rest] = [Math.trunc(total / 3600), Math.trunc((total % 3600) / 60), total % 60];
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}

/** RFC 3339 with as many digits as there are, as Go prints it. */
export function goTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
