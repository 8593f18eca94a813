/** Certificates and keys as stores hold them: what people and pipes do to PEM, and what they break. */
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { certificatePem } from '../servers/aws-double-certificate.ts';
import { nasty } from '../template/nasty.ts';
import type { Fields, ValueRule } from './row.ts';

/** One for all certificates, so that any of them fits any text of it. */
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What a text that can be held stands for: its blocks, in base64 of their DER. */
const meant = new Map<string, readonly string[]>();

/** The name that only the first certificate of a text has. */
const names = new Map<string, string>();

/** A server's certificate -> the name it is for. */
const leaves = new Map<string, string>();

/** Two lines of them; the last one has the name of another, as after a change of its key. */
const authorities = [
  certificate('middle', 'Root CA 1'),
  certificate('Root CA 1', 'Root CA 1'),
  certificate('Éts. Ünter', 'Root CA 2'),
  certificate('Root CA 2', 'Root CA 2'),
  certificate('Root CA 2', 'Root CA 2'),
];

/** A server's certificate, and up to three of those above it, as a text that a store may hold; or one that is none. */
export const serverCertificates: ValueRule = {
  from: fc.oneof(
    { weight: 3, arbitrary: stored(above(0).map((rest) => [leaf(), ...rest])) },
    { weight: 1, arbitrary: broken(certificate('broken.example')) },
    { weight: 1, arbitrary: fc.constantFrom(...wrongCertificates()) },
  ),
  holds: (text) => meant.has(text),
};

/** Certificates of authorities alone. */
export const authorityCertificates: ValueRule = {
  from: fc.oneof(
    { weight: 3, arbitrary: stored(above(1)) },
    { weight: 1, arbitrary: broken(certificate('broken.example')) },
    { weight: 1, arbitrary: fc.constantFrom(...wrongCertificates()) },
  ),
  holds: (text) => meant.has(text),
};

/** The same, or an empty text, as some issuers give it: none. */
export const moreCertificates: ValueRule = {
  from: fc.oneof({ weight: 9, arbitrary: authorityCertificates.from ?? nasty }, { weight: 1, arbitrary: fc.constant('') }),
  holds: (text) => text === '' || meant.has(text),
};

/** Their key, in each of its forms. */
export const serverKey: ValueRule = {
  from: fc.oneof(
    { weight: 3, arbitrary: stored(fc.constantFrom(...keyForms()).map((form) => [form])) },
    { weight: 1, arbitrary: broken(keyForms()[0] ?? '') },
    { weight: 1, arbitrary: fc.constantFrom(...wrongKeys()) },
  ),
  holds: (text) => meant.has(text),
};

/** What stands for such a text when it is compared: the base64 of its blocks. */
export function blocksIn(text: string): string {
  return meant.get(text)?.join(' ') ?? '';
}

/** The certificates of `tls.crt` and then those of `ca.crt`, each once; and that the key fits. */
export function servesChain({ 'tls.crt': own = '', 'ca.crt': authorities = '' }: Fields): Fields {
  const all = [own, authorities].flatMap((text) => meant.get(text) ?? []);
  return { certificates: [...new Set(all)].join(' '), key: 'fits' };
}

/** As Java has a chain: from the server's certificate on it looks for the issuer of each by its name. */
export function javaChain(fields: Fields): Fields {
  const all = (servesChain(fields)['certificates'] ?? '').split(' ');
  const bySubject = new Map(all.map((der) => [new X509Certificate(Buffer.from(der, 'base64')).subject, der]));
  const chain: string[] = [];
  for (let next = all[0]; next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    next = bySubject.get(new X509Certificate(Buffer.from(next, 'base64')).issuer);
  }
  return { certificates: chain.join(' '), key: 'fits' };
}

/** All of `ca.crt`, in the order of their base64. */
export function trustsAll({ 'ca.crt': bundle = '' }: Fields): Fields {
  return { certificates: [...new Set(meant.get(bundle))].sort().join(' ') };
}

/** The name that the server's certificate in this text is for. */
export function serverName({ 'tls.crt': own = '' }: Fields): string {
  return names.get(own) ?? '';
}

/** Another one each time: servers choose by name. */
function leaf(): string {
  const name = `n${leaves.size}.example`;
  const made = certificate(name);
  leaves.set(made, name);
  return made;
}

function above(minimum: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...authorities), { minLength: minimum, maxLength: 3 });
}

function certificate(commonName: string, issuer = 'middle'): string {
  return certificatePem({
    ...{ commonName, dnsNames: /^\S+$/.test(commonName) ? [commonName] : [], publicKey: createPublicKey(key) },
    ...{ issuer: { commonName: issuer, key }, isAuthority: !commonName.includes('.') },
    ...{ notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 86_400_000 },
  });
}

/** Also with the curve's parameters in front, as `openssl ecparam -genkey` has it. */
function keyForms(): readonly string[] {
  const [pkcs8, sec1] = (['pkcs8', 'sec1'] as const).map((type) => key.export({ type, format: 'pem' }).toString());
  return [pkcs8 ?? '', sec1 ?? '', `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`];
}

/** Blocks as they come out of forms, environment variables, `openssl pkcs12` and editors of Windows. */
function stored(blocks: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  const words = fc.oneof(
    fc.constantFrom('', '\n\n', '\ufeff', 'Bag Attributes\n    localKeyID: 54 69\nsubject=CN = a, O = "b"\n\n', '"'),
    nasty.filter((text) => !text.includes('--')).map((text) => `${text}\n`),
  );
  const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r', '\\n', '\\r\\n', ' ', '\n  ', '\n\n', ' \t\n');
  const form = {
    words,
    between: words,
    lineEnd,
    last: fc.constantFrom('\n', '', '"\n'),
    width: fc.constantFrom(64, 64, 76, 4, 9999),
  };
  return fc.tuple(blocks, fc.record(form)).map(([all, { words, between, lineEnd, last, width }]) => {
    const wide = all.map((block) => rewrapped(block, width).trimEnd()).join(`\n${between}`);
    const text = words + wide.replaceAll('\n', lineEnd) + last;
    const bytes = all.map((block) => block.split(/-----[A-Z0-9 ]+-----/).at(-2) ?? '');
    meant.set(
      text,
      bytes.map((each) => each.replace(/\s/g, '')),
    );
    names.set(text, leaves.get(all[0] ?? '') ?? '');
    return text;
  });
}

function rewrapped(pem: string, width: number): string {
  return pem.replace(/(?<=-----\n)[A-Za-z0-9+/=\n]+(?=\n-----)/g, (body) => {
    return body.replaceAll('\n', '').replace(new RegExp(`.{1,${width}}(?!$)`, 'g'), '$&\n');
  });
}

/** With a piece of it missing, or something in it that isn't base64; or no PEM at all. */
function broken(pem: string): fc.Arbitrary<string> {
  const lines = pem.trimEnd().split('\n');
  const cut = fc.nat(pem.trimEnd().length - 1).map((at) => pem.slice(0, at));
  const withoutLine = fc.nat(lines.length - 1).map((at) => lines.filter((_, other) => other !== at).join('\n'));
  const middle = { min: lines[0]?.length ?? 0, max: pem.length - (lines.at(-1)?.length ?? 0) - 3 };
  const spoilt = fc
    .tuple(fc.integer(middle), fc.constantFrom('%', '.', '-', '_', 'ä', '\0', '=', '\u200b', 'A', 'AAAA'))
    .map(([at, mark]) => pem.slice(0, at + 1) + mark + pem.slice(at + 1));
  return fc.oneof(cut, withoutLine, spoilt, nasty);
}

function wrongCertificates(): readonly string[] {
  const [own = ''] = authorities;
  return [...keyForms(), own + keyForms()[0], `${own}-----BEGIN CERTIFICATE-----\n`, own.replaceAll('CERTIFICATE', 'X509 CRL')];
}

function wrongKeys(): readonly string[] {
  const [pkcs8 = '', sec1 = '', both = ''] = keyForms();
  const secret = { cipher: 'aes-128-cbc', passphrase: 'canary' };
  const encrypted = (['pkcs8', 'sec1'] as const).map((type) => key.export({ ...secret, type, format: 'pem' }).toString());
  const [own = ''] = authorities;
  return [own, pkcs8 + sec1, pkcs8 + own, own + pkcs8, both.slice(0, both.indexOf(sec1)), ...encrypted];
}
