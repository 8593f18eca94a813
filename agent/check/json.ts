import { jsonFault } from '../core/json-text.ts';
import { type Fault, faultAt } from './fault.ts';

/** Why a text is not one JSON value (RFC 8259); a byte order mark is none of it. */
export function jsonFileFault(text: string): Fault | undefined {
  const fault = jsonFault(text);
  if (!fault) return undefined;
  if (fault.kind === 'end' || fault.at >= text.length)
    return faultAt(text, text.length, 'the text ends in the middle of a value');
  return faultAt(text, fault.at, fault.kind === 'depth' ? 'it nests too deeply' : `invalid character ${fault.where}`);
}
