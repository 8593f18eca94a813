import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import test from 'node:test';
import { Certificate } from '../../../../agent/template/gotemplate/functions/certificate-value.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/certificates.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { randomStream } from '../../../../agent/template/gotemplate/random-stream.ts';
import { type GoObject, list } from '../../../../agent/template/gotemplate/value.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 28, 12, 0, 0, 250);

function seeded(seed: string) {
  return functions({ now: () => now, randomBytes: randomStream(Buffer.from(seed)), room: () => {}, spend: () => {} });
}

function texts(made: GoObject): { readonly cert: string; readonly key: string } {
  assert.ok(made instanceof Certificate);
  return made;
}

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'sec1' }).toString();

test('the same seed and time give the same keys and certificates', () => {
  const all = (seed: string) => {
    const { genPrivateKey, genCA, genSelfSignedCert } = seeded(seed);
    return [genPrivateKey('ecdsa'), genPrivateKey('ed25519'), genCA('ca', 1n), genSelfSignedCert('x', null, null, 1n)];
  };
  assert.deepEqual(all('a'), all('a'));
  const [first, second] = [all('a'), all('b')];
  for (const [index, made] of first.entries()) assert.notDeepEqual(made, second[index]);
});

test('an ECDSA certificate is the same for the same input too', () => {
  const made = () => texts(seeded('a').genCAWithKey('ca', 1n, p256));
  assert.deepEqual(made(), made());
});

test('private keys are what they are called', () => {
  const { genPrivateKey } = seeded('keys');
  const rsa = createPrivateKey(genPrivateKey(''));
  assert.equal(rsa.asymmetricKeyDetails?.modulusLength, 4096);
  assert.equal(rsa.asymmetricKeyDetails?.publicExponent, 65537n);
  assert.equal(createPrivateKey(genPrivateKey('ecdsa')).asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(createPrivateKey(genPrivateKey('ed25519')).asymmetricKeyType, 'ed25519');
  const dsa = createPrivateKey(genPrivateKey('dsa'));
  assert.deepEqual({ ...dsa.asymmetricKeyDetails }, { modulusLength: 2048, divisorLength: 256 });
  assert.equal(genPrivateKey('other'), 'Unknown type other');
});

test('private keys have the header that tools look for', () => {
  const { genPrivateKey } = seeded('headers');
  assert.match(
    genPrivateKey('dsa'),
    /^-----BEGIN DSA PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END DSA PRIVATE KEY-----\n$/,
  );
  assert.match(genPrivateKey('ecdsa'), /^-----BEGIN EC PRIVATE KEY-----\n/);
  assert.match(genPrivateKey('ed25519'), /^-----BEGIN PRIVATE KEY-----\n/);
});

test('an authority issues a certificate that verifies, for the names and days that were asked for', () => {
  const { genCA, genSignedCert } = seeded('chain');
  const ca = genCA('root', 10n);
  const root = new X509Certificate(texts(ca).cert);
  assert.ok(root.ca && root.verify(root.publicKey));
  const issued = texts(genSignedCert('leaf', list(['10.0.0.1', '2001:db8::1']), list(['a.example', '*.b.example']), 2n, ca));
  const leaf = new X509Certificate(issued.cert);
  assert.ok(leaf.checkIssued(root) && leaf.verify(root.publicKey) && !leaf.ca);
  assert.ok(leaf.checkPrivateKey(createPrivateKey(issued.key)));
  assert.equal(leaf.subject, 'CN=leaf');
  assert.equal(leaf.subjectAltName, 'DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1');
  assert.equal(leaf.validFromDate.getTime(), now - 250);
  assert.equal(leaf.validToDate.getTime(), now - 250 + 2 * day);
});

test('a given key comes back in the form of its kind, and signs with what suits it', () => {
  const { genCAWithKey, genSignedCertWithKey } = seeded('given');
  const ca = genCAWithKey('root', 1n, ed25519);
  assert.equal(texts(ca).key, ed25519);
  const leaf = texts(genSignedCertWithKey('leaf', null, null, 1n, ca, p256));
  assert.equal(leaf.key, p256);
  const root = new X509Certificate(texts(ca).cert);
  assert.ok(new X509Certificate(leaf.cert).verify(root.publicKey));
  assert.ok(new X509Certificate(leaf.cert).publicKey.equals(createPublicKey(p256)));
});

test('every curve signs a certificate that OpenSSL accepts', () => {
  for (const namedCurve of ['secp224r1', 'P-256', 'P-384', 'P-521']) {
    const key = generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const certificate = new X509Certificate(texts(seeded('curves').genCAWithKey('root', 1n, key)).cert);
    assert.ok(certificate.verify(certificate.publicKey), namedCurve);
  }
});

test('dates beyond the reach of a duration wrap around, as they do in Go', () => {
  const { genCAWithKey } = seeded('dates');
  const until = (days: bigint) => new X509Certificate(texts(genCAWithKey('x', days, ed25519)).cert).validToDate.toISOString();
  assert.equal(until(-30_000n), '1944-10-09T12:00:00.000Z');
  assert.equal(until(40_000n), '2136-06-04T12:00:00.000Z');
  assert.equal(until(106_752n), '1734-08-19T12:25:26.000Z');
});

test('what is wrong with a name or an address is said', () => {
  const { genSelfSignedCertWithKey: make } = seeded('names');
  const fails = (part: () => unknown, message: string) => assert.throws(part, { name: 'GoError', message });
  fails(() => make('x', list(['1.2.3']), null, 1n, ed25519), 'error parsing ip: 1.2.3');
  fails(() => make('x', list([null]), null, 1n, ed25519), 'error parsing ip: <nil> is not a string');
  fails(() => make('x', null, list([1.5]), 1n, ed25519), 'error processing alternate dns name: 1.5 is not a string');
  fails(
    () => make('x', null, list(['\xc3\xa9']), 1n, ed25519),
    'error creating certificate: x509: "\xc3\xa9" cannot be encoded as an IA5String',
  );
  fails(() => make('\xff', null, null, 1n, ed25519), 'error creating certificate: asn1: string not valid UTF-8');
});

test('a key that can not sign, or is not the key of its certificate, is refused', () => {
  const { genCAWithKey, genSignedCertWithKey, genPrivateKey } = seeded('refused');
  const fails = (part: () => unknown, message: string) => assert.throws(part, { name: 'GoError', message });
  const noSigner = 'error creating certificate: x509: certificate private key does not implement crypto.Signer';
  fails(() => genCAWithKey('x', 1n, genPrivateKey('dsa')), noSigner);
  fails(() => genCAWithKey('x', 1n, 'no key'), 'parsing private key: no PEM data in input');
  const { cert } = texts(genCAWithKey('x', 1n, ed25519));
  const mixed = new Certificate(cert, p256);
  fails(
    () => genSignedCertWithKey('y', null, null, 1n, mixed, ed25519),
    "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
  );
  fails(() => genSignedCertWithKey('y', null, null, 1n, new Certificate('', ''), ed25519), 'unable to decode certificate');
});

test('a certificate of our own is taken as it is, once both halves parse', () => {
  const { buildCustomCert, genCAWithKey } = seeded('custom');
  const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
  const made = texts(genCAWithKey('x', 1n, ed25519));
  const cert = `# with a comment\n${made.cert}`;
  const custom = buildCustomCert(base64(cert), base64(made.key));
  assert.deepEqual(custom.fields(), [
    ['Cert', cert],
    ['Key', made.key],
  ]);
  assert.ok(custom.equals(new Certificate(cert, made.key)));
  const fails = (part: () => unknown, message: string) => assert.throws(part, { name: 'GoError', message });
  fails(() => buildCustomCert('!', ''), 'unable to decode base64 certificate');
  fails(() => buildCustomCert(base64(cert), '!'), 'unable to decode base64 private key');
  fails(() => buildCustomCert('', ''), 'unable to decode certificate');
  fails(() => buildCustomCert(base64(made.cert), ''), 'error parsing private key: no PEM data in input');
  const broken = base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  fails(() => buildCustomCert(broken, ''), 'error parsing certificate: decodedCert.Bytes: x509: malformed certificate');
});

test('a loop of keys comes to an end', () => {
  const { genPrivateKey, genCA } = functions({
    now: () => now,
    randomBytes: randomStream(Buffer.from('loop')),
    room: () => {},
    spend: (steps) => {
      if (steps > 1_000) throw new LimitExceeded('too many steps');
    },
  });
  for (const part of [() => genPrivateKey('rsa'), () => genPrivateKey('dsa'), () => genCA('x', 1n)]) {
    assert.throws(part, LimitExceeded);
  }
  assert.ok(!(new LimitExceeded('x') instanceof GoError));
});
