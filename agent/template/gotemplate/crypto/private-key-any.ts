import { GoError } from '../go-error.ts';
import { type PrivateKey, parseEc, parsePkcs1, parsePkcs8 } from './private-key-parse.ts';

/** A key in one of three forms, tried in the order of External Secrets Operator (gotemplate.md 13). */
export function parseAnyPrivateKey(der: Buffer): PrivateKey {
  for (const parse of [parsePkcs1, parsePkcs8, (bytes: Buffer) => parseEc(bytes)]) {
    try {
      return parse(der);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
    }
  }
  throw new GoError('unable to parse private key type', 'fixed');
}
