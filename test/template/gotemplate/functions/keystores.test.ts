import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { openBudget } from '../../../../agent/template/gotemplate/budget.ts';
import {
  integer,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
} from '../../../../agent/template/gotemplate/crypto/der-encode.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/keystores.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { emptyPasswordStore, issuer, leaf, leafKey, oldStore, openStore, root, storeOfGo, trustStoreOfGo } from './key-stores.ts';

function keystores(budget: { spend: (steps: number) => void } = { spend: () => {} }) {
  let next = 0;
  const randomBytes = (count: number) => Uint8Array.from({ length: count }, () => next++);
  return functions({ now: () => 0, randomBytes, room: () => {}, spend: budget.spend });
}

function bytesOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function says(text: string) {
  return (error: unknown) => error instanceof GoError && error.message === text;
}

const leafKeyPkcs8 = keystores().pkcs12key(bytesOf(openStore));

test('with the same random bytes the files of Go come out, byte for byte', () => {
  assert.equal(keystores().fullPemToPkcs12Pass(leaf + issuer, leafKey, 'secret'), storeOfGo);
  assert.equal(keystores().pemTruststoreToPKCS12Pass(leaf + root, 'secret'), trustStoreOfGo);
});

test('what goes in comes out again, under any password', () => {
  for (const password of ['', 'secret', 'p\xc3\xa4ss w\xc3\xb6rd', '\xff']) {
    const file = bytesOf(keystores().fullPemToPkcs12Pass(leaf + issuer + root, leafKey, password));
    assert.equal(keystores().pkcs12certPass(password, file), leaf + issuer + root);
    assert.equal(keystores().pkcs12keyPass(password, file), leafKeyPkcs8);
  }
  const single = bytesOf(keystores().pemToPkcs12(leaf + issuer, leafKey));
  assert.equal(keystores().pkcs12cert(single), leaf, 'only the first certificate goes in');
});

test('files of old programs are read: RC2, 3DES, MACs of SHA-1', () => {
  assert.equal(keystores().pkcs12keyPass('secret', bytesOf(oldStore)), leafKeyPkcs8);
  assert.equal(keystores().pkcs12certPass('secret', bytesOf(oldStore)), leaf + issuer);
  assert.equal(keystores().pkcs12key(bytesOf(emptyPasswordStore)), leafKeyPkcs8);
});

test('a file without a MAC is read under the empty password only', () => {
  assert.equal(keystores().pkcs12cert(bytesOf(openStore)), leaf + issuer);
  const refused = says('unable to decode pkcs12 with password: pkcs12: no MAC in data');
  assert.throws(() => keystores().pkcs12keyPass('secret', bytesOf(openStore)), refused);
});

test('certificates come in the order of their chain, and in that of the file where they make none', () => {
  const shuffled = bytesOf(keystores().fullPemToPkcs12(issuer + leaf + root, leafKey));
  assert.equal(keystores().pkcs12cert(shuffled), leaf + issuer + root);
  const apart = bytesOf(keystores().fullPemToPkcs12(root + leaf, leafKey));
  assert.equal(keystores().pkcs12cert(apart), root + leaf);
});

test('a wrong password, no file, and a store without a key are told apart, in the words of Go', () => {
  const wrong = (words: string) => says(`unable to decode pkcs12 with password: pkcs12: ${words}`);
  assert.throws(() => keystores().pkcs12keyPass('x', bytesOf(storeOfGo)), wrong('decryption password incorrect'));
  assert.throws(() => keystores().pkcs12keyPass('secret', bytesOf(trustStoreOfGo)), wrong('private key missing'));
  const read = 'error reading P12 data: asn1:';
  assert.throws(() => keystores().pkcs12key(''), wrong(`${read} syntax error: sequence truncated`));
  assert.throws(() => keystores().pkcs12key('0\x80'), wrong(`${read} syntax error: indefinite length found (not DER)`));
  const mismatch =
    "tags don't match (16 vs {class:1 tag:23 length:111 isCompound:true}) {optional:false explicit:false application:false \
private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} pfxPdu @2";
  assert.throws(() => keystores().pkcs12key('words'), wrong(`${read} structure error: ${mismatch}`));
});

test('a password has to fit into two bytes a letter', () => {
  const words = 'pkcs12: string contains characters that cannot be encoded in UCS-2';
  const emoji = Buffer.from('🔑').toString('latin1');
  assert.throws(() => keystores().pemToPkcs12Pass(leaf, leafKey, emoji), says(words));
  assert.throws(() => keystores().pkcs12keyPass(emoji, ''), says(`unable to decode pkcs12 with password: ${words}`));
});

test('missing PEM is the panic that it is in Go', () => {
  const panic = says('runtime error: invalid memory address or nil pointer dereference');
  assert.throws(() => keystores().pemToPkcs12('', leafKey), panic);
  assert.throws(() => keystores().pemToPkcs12(leaf, 'words'), panic);
  assert.throws(() => keystores().fullPemToPkcs12(`${leaf}\n`, leafKey), panic);
  assert.throws(() => keystores().pemTruststoreToPKCS12('words'), panic);
  assert.throws(() => keystores().pemToPkcs12(leaf, root), says('unable to parse private key type'));
});

test('a file that asks for endless work is refused', () => {
  const safe = sequence(objectIdentifier('1.2.840.113549.1.7.1'), tagged(0, octetString(octetString(Buffer.alloc(0)))));
  const digest = sequence(sequence(objectIdentifier('2.16.840.1.101.3.4.2.1')), octetString(Buffer.alloc(32)));
  const file = sequence(integer(3n), safe, sequence(digest, octetString(Buffer.alloc(8)), integer(2n ** 62n)));
  assert.throws(() => keystores().pkcs12key(file.toString('latin1')), LimitExceeded);
});

test('deriving keys counts as work', () => {
  const budget = openBudget({ steps: 5_000 });
  assert.throws(() => keystores(budget).fullPemToPkcs12(leaf, leafKey), LimitExceeded);
  assert.throws(() => keystores(openBudget({ steps: 1_000 })).pkcs12keyPass('secret', bytesOf(oldStore)), LimitExceeded);
});

test('no bytes make the reader fail in another way than Go does, or keep it busy', () => {
  const stores = [oldStore, openStore, storeOfGo, emptyPasswordStore].map((store) => Buffer.from(store, 'base64'));
  const change = fc.record({ at: fc.nat(3_000), byte: fc.nat(255), fromEnd: fc.boolean() });
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  const read = (file: Buffer) => {
    try {
      keystores(openBudget({ steps: 50_000 })).pkcs12keyPass('secret', file.toString('latin1'));
    } catch (error) {
      assert.ok(error instanceof GoError || error instanceof LimitExceeded, String(error));
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...stores), changes, (store, edits) => {
      const file = Buffer.from(store);
      for (const { at, byte, fromEnd } of edits) file[fromEnd ? file.length - 1 - (at % 300) : at % file.length] = byte;
      read(file);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => read(Buffer.from(bytes))),
    { numRuns: 1_000 },
  );
});

function has(program: string, option: string): boolean {
  return spawnSync(program, [option]).status === 0;
}

const noOpenssl = has('openssl', 'version') ? false : 'openssl is not installed';
const noKeytool = has('keytool', '-help') ? false : 'keytool is not installed';

/** Files in a directory of their own, and a way to run programs on them. */
function workshop(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'keystores-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return {
    write: (name: string, content: string | Buffer) => writeFileSync(join(directory, name), content),
    read: (name: string) => readFileSync(join(directory, name)).toString('latin1'),
    run: (program: string, ...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
      return stdout + stderr;
    },
  };
}

function certificatesIn(text: string): string {
  return (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n/g) ?? []).join('');
}

test('openssl reads our files: key, chain, and which certificate belongs to the key', { skip: noOpenssl }, (t) => {
  const { write, run } = workshop(t);
  for (const password of ['', 'secret']) {
    write('store.p12', Buffer.from(keystores().fullPemToPkcs12Pass(leaf + issuer + root, leafKey, password), 'base64'));
    const shown = run('openssl', 'pkcs12', '-in', 'store.p12', '-passin', `pass:${password}`, '-nodes', '-info');
    assert.equal(certificatesIn(shown), leaf + issuer + root);
    assert.ok(shown.includes(leafKeyPkcs8));
    assert.match(shown, /MAC: sha256, Iteration 2048/);
    assert.match(shown, /PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256/);
    assert.equal(new Set(shown.match(/localKeyID: .*/g)).size, 1, 'key and leaf have the same mark, and no other has one');
    assert.equal(shown.match(/localKeyID: .*/g)?.length, 2);
  }
});

test('we read the files of openssl, old and new', { skip: noOpenssl }, (t) => {
  const { write, read, run } = workshop(t);
  write('chain.pem', issuer);
  write('leaf.pem', leaf);
  write('leaf.key', leafKey);
  const given = ['-in', 'leaf.pem', '-inkey', 'leaf.key', '-certfile', 'chain.pem', '-name', 'shop', '-out', 'store.p12'];
  const ways = [[], ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-192-CBC', '-macalg', 'sha512']];
  // Some builds of OpenSSL 3 come without their legacy module.
  if (has('openssl', 'version') && spawnSync('openssl', ['list', '-providers', '-provider', 'legacy']).status === 0) {
    ways.push(['-legacy'], ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-3DES']);
  }
  for (const way of ways) {
    for (const password of ['secret', '']) {
      run('openssl', 'pkcs12', '-export', ...given, ...way, '-passout', `pass:${password}`);
      assert.equal(keystores().pkcs12certPass(password, read('store.p12')), leaf + issuer, way.join(' '));
      assert.equal(keystores().pkcs12keyPass(password, read('store.p12')), leafKeyPkcs8, way.join(' '));
    }
  }
});

test('keytool trusts the certificates of our trust store, each under its subject', { skip: noKeytool }, (t) => {
  const { write, run } = workshop(t);
  write('trust.p12', Buffer.from(keystores().pemTruststoreToPKCS12Pass(leaf + root, 'changeit'), 'base64'));
  const listed = run('keytool', '-J-Duser.language=en', '-list', '-keystore', 'trust.p12', '-storepass', 'changeit');
  assert.match(listed, /contains 2 entries/);
  assert.equal(listed.match(/trustedCertEntry/g)?.length, 2);
  assert.match(listed, /cn=root,o=acme\\, inc\.,c=de/i);
});

test('keytool lists a key of ours with its chain, and we read a key of its own', { skip: noKeytool }, (t) => {
  const { write, read, run } = workshop(t);
  write('store.p12', Buffer.from(keystores().fullPemToPkcs12Pass(leaf + issuer + root, leafKey, 'changeit'), 'base64'));
  const pass = ['-storepass', 'changeit'];
  const listed = run('keytool', '-J-Duser.language=en', '-list', '-v', '-keystore', 'store.p12', ...pass);
  assert.match(listed, /Entry type: PrivateKeyEntry/);
  assert.match(listed, /Certificate chain length: 3/);
  const made = ['-keystore', 'java.p12', '-storetype', 'PKCS12', ...pass];
  run('keytool', '-genkeypair', '-keyalg', 'EC', '-alias', 'k', '-dname', 'CN=java', ...made);
  assert.match(keystores().pkcs12keyPass('changeit', read('java.p12')), /^-----BEGIN PRIVATE KEY-----\n/);
});
