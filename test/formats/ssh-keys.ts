/** Private keys in the forms that OpenSSH reads, and as stores hold them. */
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { nasty } from '../template/nasty.ts';

export const passphrase = 'secret';

interface SshKey {
  readonly text: string;
  /** As a line of authorized_keys has it, without the comment. */
  readonly public: string;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const encrypted = { cipher: 'aes-128-cbc', passphrase } as const;

export const sshKeys: readonly SshKey[] = [
  { text: openSshForm(ed25519), public: publicLine(ed25519.publicKey) },
  { text: pemForm(rsa.privateKey, 'pkcs1'), public: publicLine(rsa.publicKey) },
  { text: pemForm(rsa.privateKey, 'pkcs8'), public: publicLine(rsa.publicKey) },
  { text: pemForm(ec.privateKey, 'sec1'), public: publicLine(ec.publicKey) },
  { text: String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem', ...encrypted })), public: publicLine(rsa.publicKey) },
  { text: String(ec.privateKey.export({ type: 'pkcs8', format: 'pem', ...encrypted })), public: publicLine(ec.publicKey) },
];

/** What a service account of Google Cloud may have: RSA, not encrypted. */
export function rsaKeyIn(text: string): SshKey | undefined {
  const key = keyIn(text);
  return key && /^-----BEGIN (RSA )?PRIVATE KEY-----\n(?!Proc-Type)/.test(key.text) && key.public.startsWith('ssh-rsa')
    ? key
    : undefined;
}

/** These keys as stores and web forms leave them, and texts that are none. */
export function keyTexts(keys: readonly SshKey[]): fc.Arbitrary<string> {
  const anyKey = fc.constantFrom(...keys);
  return fc.oneof(
    { weight: 8, arbitrary: fc.tuple(anyKey, around(), lineEnds(), around()).map(stored) },
    { weight: 1, arbitrary: nasty },
    { weight: 1, arbitrary: fc.tuple(anyKey, fc.nat(100)).map(([key, at]) => key.text.slice(0, -30 - at)) },
    { weight: 1, arbitrary: anyKey.map(({ text }) => text.replace('-----BEGIN', '----BEGIN')) },
    { weight: 1, arbitrary: anyKey.map(({ text }) => `${text}${keys[0]?.text}`) },
    { weight: 1, arbitrary: anyKey.map(({ text }) => text.replaceAll('A', '*')) },
    { weight: 1, arbitrary: anyKey.map(({ text }) => text.replace(/.{8}(=*\n-----END)/, '$1')) },
  );
}

/** The key that a text has in it once and whole, whatever became of its line breaks. */
export function keyIn(text: string): SshKey | undefined {
  const words = squeezed(text);
  const found = sshKeys.filter((key) => words.includes(squeezed(key.text)));
  return found.length === 1 && words.match(/-----BEGIN/g)?.length === 1 ? found[0] : undefined;
}

const publicKeys = [...new Set(sshKeys.map((key) => key.public))];

/** Public keys of a host as `.pub` files have them, and lines that are none. */
export const hostKeyTexts: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(hostKeyLines(), fc.constantFrom('\n', '\r\n', '\n\n', ' \n')).map(([lines, end]) => lines.join(end)),
  },
  { weight: 1, arbitrary: fc.tuple(hostKeyLines(), nasty).map(([lines, text]) => [...lines, text].join('\n')) },
  { weight: 1, arbitrary: fc.tuple(hostKeyLines(), fc.nat(60)).map(([lines, cut]) => lines.join('\n').slice(0, -1 - cut)) },
  { weight: 1, arbitrary: hostKeyLines().map(([line]) => `git.example ${line}`) },
  { weight: 1, arbitrary: hostKeyLines().map(([line]) => `@cert-authority ${line}`) },
  { weight: 1, arbitrary: hostKeyLines().map(([line]) => String(line).replace(/^\s*\S+/, 'ssh-dss')) },
);

function hostKeyLines(): fc.Arbitrary<readonly string[]> {
  const comments = nasty.filter((text) => !/[\r\n]/.test(text)).map((text) => ` ${text}`);
  const lines = fc.tuple(fc.constantFrom('', ' '), fc.constantFrom(...publicKeys), fc.oneof(fc.constant(''), comments));
  return fc.array(
    lines.map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  );
}

/** The keys of such a text, each once; undefined where one of its lines is no key. */
export function hostKeysIn(text: string): readonly string[] | undefined {
  const lines = text.split(/\r|\n/).filter((line) => line.replace(/[ \t]/g, '') !== '');
  const found = lines.map((line) =>
    publicKeys.find((key) => line.replace(/^[ \t]+/, '') === key || /^[ \t]*(\S+ \S+)[ \t]/.exec(line)?.[1] === key),
  );
  const known = found.filter((key) => key !== undefined);
  return lines.length === 0 || known.length < lines.length ? undefined : [...new Set(known)];
}

function squeezed(text: string): string {
  return text.replace(/\\+[rn]|\s/g, '');
}

function around(): fc.Arbitrary<string> {
  return fc.oneof(fc.string({ unit: fc.constantFrom(' ', '\n', '\r\n', '\t', '\\n'), maxLength: 4 }), nasty);
}

function lineEnds(): fc.Arbitrary<string> {
  return fc.constantFrom('\n', '\r\n', '\n  ', ' \n', '\\n', '\\r\\n', '\\\\n', ' ', '\n\t');
}

function stored([key, before, lineEnd, after]: [SshKey, string, string, string]): string {
  return before + key.text.replaceAll('\n', lineEnd) + after;
}

function pemForm(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string {
  return String(key.export({ type, format: 'pem' }));
}

function publicLine(key: KeyObject): string {
  const fields = publicFields(key);
  return `${fields[0]} ${Buffer.concat(fields.map(lengthFirst)).toString('base64')}`;
}

/** RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4. */
function publicFields(key: KeyObject): readonly [string, ...(string | Buffer)[]] {
  const { kty, n = '', e = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  if (kty === 'RSA') return ['ssh-rsa', positive(bytes(e)), positive(bytes(n))];
  if (kty === 'OKP') return ['ssh-ed25519', bytes(x)];
  return ['ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.of(4), bytes(x), bytes(y)])];
}

function positive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
}

function lengthFirst(field: string | Buffer): Buffer {
  const bytes = Buffer.from(field);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSH's file PROTOCOL.key says how its own form is made. */
function openSshForm({ publicKey, privateKey }: typeof ed25519): string {
  const fields = publicFields(publicKey).map(lengthFirst);
  const publicPart = Buffer.concat(fields);
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const pair = Buffer.concat([seed, Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')]);
  const check = randomBytes(4);
  const privatePart = Buffer.concat([check, check, ...fields, lengthFirst(pair), lengthFirst('app@example')]);
  const padding = Buffer.from(Array.from({ length: (8 - (privatePart.length % 8)) % 8 }, (_, at) => at + 1));
  const parts = [lengthFirst('none'), lengthFirst('none'), lengthFirst(''), Buffer.of(0, 0, 0, 1), lengthFirst(publicPart)];
  const whole = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...parts, lengthFirst(Buffer.concat([privatePart, padding]))]);
  const lines = whole.toString('base64').replace(/.{1,70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}-----END OPENSSH PRIVATE KEY-----\n`;
}
