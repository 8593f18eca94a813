import type { ConversionStrategy } from '../core/spec.ts';
import { Failure } from './failure.ts';

/** Key -> bytes, while an external secret is resolved. */
export type Values = ReadonlyMap<string, Uint8Array>;

/** conversionStrategy: what may not stand in a key becomes `_`, or `_U002f_` (eso.md 1.4). Two keys that become one are a Failure. */
export function convertKeys(values: Values, strategy: ConversionStrategy): Values {
  const converted = new Map<string, Uint8Array>();
  const origins = new Map<string, string>();
  for (const [key, value] of values) {
    const fit = key.replace(new RegExp(unfit, 'gu'), (rune) => (strategy === 'Default' ? '_' : `_U${hex(rune)}_`));
    if (converted.has(fit)) throw new Failure(`keys ${origins.get(fit)} and ${key} would both become ${fit}`);
    converted.set(fit, value);
    origins.set(fit, key);
  }
  return converted;
}

function hex(rune: string): string {
  return (rune.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}

/** Kubernetes' limit for a key, in bytes. */
const longestKey = 253;

/** ESO's own check (eso.md 1.4): without the empty key; letters and digits of every language may stand in the others. Throws Failure. */
export function validKeys(values: Values): Values {
  for (const key of values.keys()) {
    if (Buffer.byteLength(key) > longestKey) throw new Failure(`key ${key.slice(0, 40)}... is longer than ${longestKey} bytes`);
    const [wrong] = unfit.exec(key) ?? [];
    if (wrong !== undefined) throw new Failure(`key ${key} has ${JSON.stringify(wrong)} in it; ${allowed}`);
  }
  return new Map([...values].filter(([key]) => key !== ''));
}

const unfit = /[^\p{L}\p{N}._-]/u;
const allowed = 'a file name here has letters, digits, -, . and _ only';

/** The check of the API server that ESO writes to: what it refuses is no file name here either. Throws Failure. */
export function checkFileName(key: string): void {
  const [wrong] = /[^-._a-zA-Z0-9]/u.exec(key) ?? [];
  if (wrong !== undefined) throw new Failure(`key ${key} has ${JSON.stringify(wrong)} in it; ${allowed}, all of ASCII`);
  if (key === '.' || key.startsWith('..')) throw new Failure(`key ${key} can't be a file name here: it is . or begins with ..`);
}
