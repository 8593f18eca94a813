import { decoded as decodedOrWrong } from '../core/decoding.ts';
import type { DecodingStrategy } from '../core/spec.ts';
import { Failure } from './failure.ts';

/** decodingStrategy of a value; throws Failure. */
export function decoded(value: Uint8Array, strategy: DecodingStrategy): Uint8Array {
  const bytes = decodedOrWrong(value, strategy);
  if ('wrong' in bytes) throw new Failure(bytes.wrong);
  return bytes;
}
