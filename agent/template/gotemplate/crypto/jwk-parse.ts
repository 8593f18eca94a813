import { rawMembers } from '../../../core/go-json.ts';
import { decodeJsonString } from '../../../core/json-string.ts';
import { afterSpace, valueEnd } from '../../../core/json-text.ts';
import { decodeJsonPartly } from '../functions/json-decode.ts';
import { GoError } from '../go-error.ts';
import { withWords } from './go-panic.ts';
import { cannotUnmarshal, firstJsonValue, kindOfJson } from './jwk-json.ts';

/** A JWK as jwx holds it: which kind of key, and its numbers, or what they are. */
export interface Jwk {
  readonly kind: JwkKind;
  readonly curve: string;
  /** By the names of RFC 7518. One that is absent is not in it. */
  readonly bytes: ReadonlyMap<string, Buffer>;
}

interface JwkKind {
  readonly type: 'RSA' | 'EC' | 'OKP' | 'oct';
  readonly isPrivate: boolean;
  /** The Go type that the text is read into, as an error shows it. */
  readonly goType: string;
  readonly bytes: readonly string[];
  /** In the order in which they are missed. */
  readonly required: readonly string[];
}

const rsa = { type: 'RSA', bytes: ['d', 'dp', 'dq', 'e', 'n', 'p', 'q', 'qi'] } as const;

const kinds: readonly JwkKind[] = [
  { ...rsa, isPrivate: true, goType: '*jwk.rsaPrivateKey', required: ['d', 'e', 'n'] },
  { type: 'RSA', isPrivate: false, goType: '*jwk.rsaPublicKey', bytes: ['e', 'n'], required: ['e', 'n'] },
  { type: 'EC', isPrivate: true, goType: '*jwk.ecdsaPrivateKey', bytes: ['d', 'x', 'y'], required: ['crv', 'd', 'x', 'y'] },
  { type: 'EC', isPrivate: false, goType: '*jwk.ecdsaPublicKey', bytes: ['x', 'y'], required: ['crv', 'x', 'y'] },
  { type: 'OKP', isPrivate: true, goType: '*jwk.okpPrivateKey', bytes: ['d', 'x'], required: ['crv', 'd', 'x'] },
  { type: 'OKP', isPrivate: false, goType: '*jwk.okpPublicKey', bytes: ['x'], required: ['crv', 'x'] },
  { type: 'oct', isPrivate: false, goType: '*jwk.symmetricKey', bytes: ['k'], required: ['k'] },
];

/** One key, as lestrrat-go/jwx reads it, with its words. */
export function parseJwk(text: string): Jwk {
  const json = withWords('failed to unmarshal JSON into key hint: ', () => firstJsonValue(text));
  const { type, isPrivate } = withWords('failed to unmarshal JSON into key hint: ', () => hintOf(json));
  const kind = kinds.find((each) => each.type === type && (each.isPrivate === isPrivate || type === 'oct'));
  if (!kind) throw new GoError(`invalid key type from JSON (${type})`);
  return withWords(`failed to unmarshal JSON into key (${kind.goType}): `, () => readMembers(kind, membersOf(json)));
}

type Members = readonly (readonly [key: string, raw: string])[];

function membersOf(json: string): Members {
  const members = rawMembers(json);
  return 'value' in members ? (members.value ?? []) : [];
}

/** Go matches these keys in small and in capital letters, and K may be the sign for kelvin. */
function hintOf(json: string): { readonly type: string; readonly isPrivate: boolean } {
  const kind = kindOfJson(json.slice(afterSpace(json, 0)));
  if (kind !== 'object' && kind !== 'null') {
    throw cannotUnmarshal(kind, 'struct { Kty string "json:\\"kty\\""; D json.RawMessage "json:\\"d\\"" }');
  }
  let [type, isPrivate] = ['', false];
  let wrong: GoError | undefined;
  for (const [key, raw] of membersOf(json)) {
    if (/^d$/i.test(key)) isPrivate = true;
    if (!/^kty$/iu.test(Buffer.from(key, 'latin1').toString('utf8'))) continue;
    const found = kindOfJson(raw);
    if (found === 'string') type = decodeJsonString(raw);
    else if (found !== 'null') {
      wrong ??= new GoError(`json: cannot unmarshal ${found} into Go struct field .kty of type string`);
    }
  }
  if (wrong) throw wrong;
  return { type, isPrivate };
}

function readMembers(kind: JwkKind, members: Members): Jwk {
  const bytes = new Map<string, Buffer>();
  let curve: string | undefined;
  for (const [key, raw] of members) {
    if (kind.bytes.includes(key))
      bytes.set(
        key,
        withWords(atKey(key), () => bytesOf(raw)),
      );
    else if (key === 'crv' && kind.required.includes(key)) {
      curve = withWords(atKey(key), () => stringOf(raw, 'jwa.EllipticCurveAlgorithm'));
    } else checkMember(kind, key, raw);
  }
  const missing = kind.required.find((key) => (key === 'crv' ? curve === undefined : !bytes.has(key)));
  if (missing) throw new GoError(`required field ${missing} is missing`, 'fixed');
  return { kind, curve: curve ?? '', bytes };
}

function atKey(key: string): string {
  return `failed to decode value for key ${key}: `;
}

/** Members that make no difference to the key, but have to be right. */
function checkMember(kind: JwkKind, key: string, raw: string): void {
  switch (key) {
    case 'kty': {
      const type = withWords('error reading token: error reading next value: ', () => stringOf(raw, 'string'));
      // So it says of every kind of key.
      if (type !== kind.type) throw new GoError(`invalid kty value for RSAPublicKey (${type})`);
      return;
    }
    case 'alg':
      withWords(atKey(key), () => stringOf(raw, 'string'));
      return;
    case 'kid':
    case 'use':
    case 'x5t':
    case 'x5t#S256':
    case 'x5u':
      withWords(`${atKey(key)}error reading next value: `, () => stringOf(raw, 'string'));
      return;
    case 'key_ops':
      withWords(atKey(key), () => checkList(raw, 'jwk.KeyOperationList', 'jwk.KeyOperation'));
      return;
    case 'x5c':
      withWords(`${atKey(key)}failed to unmarshal certificate chain: `, () => checkList(raw, '[]string', 'string'));
      return;
    default: {
      const { wrong } = decodeJsonPartly(raw);
      if (wrong) throw new GoError(`could not decode field ${key}: failed to decode field ${key}: ${wrong.message}`);
    }
  }
}

function stringOf(raw: string, goType: string): string {
  const kind = kindOfJson(raw);
  if (kind === 'null') return '';
  if (kind !== 'string') throw cannotUnmarshal(kind, goType);
  return decodeJsonString(raw);
}

function checkList(raw: string, listType: string, itemType: string): void {
  const kind = kindOfJson(raw);
  if (kind === 'null') return;
  if (kind !== 'array') throw cannotUnmarshal(kind, listType);
  for (let at = afterSpace(raw, 1); raw[at] !== ']'; ) {
    stringOf(raw.slice(at, valueEnd(raw, at)), itemType);
    const end = afterSpace(raw, valueEnd(raw, at));
    at = raw[end] === ',' ? afterSpace(raw, end + 1) : end;
  }
}

/** Base64 of any of the four kinds, told by the letters in it, as jwx does. */
function bytesOf(raw: string): Buffer {
  const text = withWords('error reading next value: ', () => stringOf(raw, 'string'));
  const letters = text.replace(/[\r\n]+/g, '');
  const isUrl = !/[+/]/.test(text);
  const isPadded = text.endsWith('=');
  const data = isUrl ? /^[A-Za-z0-9_-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  const isWhole = isPadded ? letters.length % 4 === 0 : letters.length % 4 !== 1 && !letters.includes('=');
  if (!data.test(letters) || !isWhole) throw new GoError('expected base64 encoded []byte (string)', 'fixed');
  return Buffer.from(letters, 'base64');
}
