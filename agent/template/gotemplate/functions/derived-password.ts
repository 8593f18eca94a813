import { createHmac, scryptSync } from 'node:crypto';

/** The Master Password algorithm (gotemplate.md 12.11): the same password for a site from a master password, with nothing stored. */
export function derivedPassword(counter: bigint, type: string, master: string, user: string, site: string): string {
  const templates = templatesOf.get(type);
  if (templates === undefined) return `cannot find password template ${type}`;
  const key = scryptSync(latin1(master), Buffer.concat([scope, length(user), latin1(user)]), 64, cost);
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([scope, length(site), latin1(site), uint32(counter)]))
    .digest();
  const template = templates[(seed[0] ?? 0) % templates.length] ?? '';
  return Array.from(template, (kind, index) => {
    const characters = charactersOf.get(kind) ?? '';
    return characters.charAt((seed[index + 1] ?? 0) % characters.length);
  }).join('');
}

const scope = Buffer.from('com.lyndir.masterpassword');
/** 32 MB for each of two lanes that run one after the other; Node counts both, and refuses above its default of 32 MB. */
const cost = { N: 32768, r: 8, p: 2, maxmem: 128 * 1024 * 1024 };

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function length(text: string): Buffer {
  return uint32(BigInt(text.length));
}

function uint32(value: bigint): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Number(BigInt.asUintN(32, value)));
  return bytes;
}

const templatesOf = new Map(
  Object.entries({
    maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
    long: `CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv
      CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv
      CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno`,
    medium: 'CvcnoCvc CvcCvcno',
    short: 'Cvcn',
    basic: 'aaanaaan aannaaan aaannaaa',
    pin: 'nnnn',
  }).map(([type, templates]) => [type, templates.split(/\s+/)]),
);

const vowels = 'AEIOU';
const consonants = 'BCDFGHJKLMNPQRSTVWXYZ';
const digits = '0123456789';
const letters = vowels + vowels.toLowerCase() + consonants + consonants.toLowerCase();

const charactersOf = new Map([
  ['V', vowels],
  ['C', consonants],
  ['v', vowels.toLowerCase()],
  ['c', consonants.toLowerCase()],
  ['a', letters],
  ['n', digits],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', `${letters}${digits}!@#$%^&*()`],
]);
