import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/pem.ts';
import { GoError } from '../../../../agent/template/gotemplate/go-error.ts';
import { issuer, leaf, leafKey, root } from './key-stores.ts';

const { filterPEM, filterCertChain, certSANs } = functions({
  now: () => 0,
  randomBytes: (count) => new Uint8Array(count),
  room: () => {},
  spend: () => {},
});

function says(text: string, kind?: 'fixed') {
  return (error: unknown) => error instanceof GoError && error.message === text && (kind === undefined || error.isFixed);
}

test('blocks of a type are kept as they are, and others dropped', () => {
  assert.equal(filterPEM('CERTIFICATE', `some words\n${root}${leafKey}${leaf}`), root + leaf);
  assert.equal(filterPEM('ec private key', root + leafKey), leafKey);
  assert.equal(filterPEM('X', root), '');
});

test('a block comes out in lines of 64 columns, with its headers in order', () => {
  const block = '-----BEGIN X-----\r\nb : 2\na:1 \nProc-Type: 4,ENCRYPTED\n\nQUJD RA==\n-----END X-----  \n';
  assert.equal(filterPEM('x', block), '-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\na: 1\nb: 2\n\nQUJDRA==\n-----END X-----\n');
  const long = `-----BEGIN X-----\n${'QUJD'.repeat(17)}\n-----END X-----\n`;
  assert.equal(filterPEM('X', long), `-----BEGIN X-----\n${'QUJD'.repeat(16)}\nQUJD\n-----END X-----\n`);
});

test('text without a block is junk, and empty text is not', () => {
  assert.equal(filterPEM('X', ''), '');
  assert.throws(() => filterPEM('X', 'words'), says('error filtering pem: found junk', 'fixed'));
  // Go looks for no block behind a BEGIN line that has text before it, and the operator helps for the first one only.
  assert.throws(() => filterPEM('X', `${root}words`), says('error filtering pem: found junk'));
});

test('types are compared letter by letter, in any script', () => {
  const block = '-----BEGIN \u00c3\u0084\xff-----\nQUJD\n-----END \u00c3\u0084\xff-----\n';
  assert.equal(filterPEM('\u00c3\u00a4\xfe', block), block, 'bytes that are no UTF-8 are all the same to Go');
  assert.equal(filterPEM('.', '-----BEGIN x-----\nQUJD\n-----END x-----\n'), '');
});

test('a chain is put in order by key identifiers, and cut into its parts', () => {
  const chain = root + leaf + issuer;
  assert.equal(filterCertChain('leaf', chain), leaf);
  assert.equal(filterCertChain('intermediate', chain), issuer);
  assert.equal(filterCertChain('root', chain), root);
  assert.equal(filterCertChain('Leaf', chain), '');
  assert.equal(filterCertChain('leaf', root), '', 'a root is no leaf');
  assert.equal(filterCertChain('intermediate', leaf), '');
});

test('what is no chain is refused', () => {
  assert.throws(() => filterCertChain('leaf', ''), says('no leaf certificate found', 'fixed'));
  assert.throws(() => filterCertChain('leaf', leaf + root), says('found multiple leaf or disjunct certificates', 'fixed'));
  assert.throws(() => filterCertChain('leaf', leaf + leafKey), says('x509: malformed tbs certificate', 'fixed'));
});

test('names of a certificate come by kind: DNS, addresses, mail, URIs', () => {
  const names = ['shop.example', '*.shop.example', '2001:db8::1:0:0:1', '10.0.0.1', 'ops@example.com', 'spiffe://td/ns/a%2Fb'];
  assert.deepEqual(certSANs(`words before\n${leaf}`), names);
  assert.deepEqual(certSANs(root), []);
  assert.throws(() => certSANs('words'), says('failed to decode PEM block', 'fixed'));
  assert.throws(() => certSANs(leafKey), says('failed to parse certificate: x509: malformed tbs certificate', 'fixed'));
});

test('a certificate that is cut off or longer than it says is refused with the words of Go', () => {
  const der = Buffer.from(leaf.replace(/-----.*-----|\n/g, ''), 'base64');
  const pem = (bytes: Uint8Array) => `-----BEGIN C-----\n${Buffer.from(bytes).toString('base64')}\n-----END C-----\n`;
  const refused = (words: string) => says(`failed to parse certificate: x509: ${words}`);
  assert.throws(() => certSANs(pem(der.subarray(0, -1))), refused('malformed certificate'));
  assert.throws(() => certSANs(pem(Buffer.concat([der, Buffer.alloc(1)]))), refused('trailing data'));
});

test('no bytes make the reader of certificates fail in another way than Go does', () => {
  const der = Buffer.from(leaf.replace(/-----.*-----|\n/g, ''), 'base64');
  const change = fc.record({ at: fc.nat(der.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(der.length), (changes, length) => {
      const bytes = Buffer.from(der);
      for (const { at, byte } of changes) bytes[at] = byte;
      const kept = length % 3 === 0 ? bytes.subarray(0, length) : bytes;
      try {
        certSANs(`-----BEGIN C-----\n${kept.toString('base64')}\n-----END C-----\n`);
      } catch (error) {
        assert.ok(error instanceof GoError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('no text makes the reader of blocks fail in another way than Go does', () => {
  const piece = fc.constantFrom(
    '-----BEGIN ',
    '-----END ',
    'X-----',
    '-----',
    '\n',
    '\r\n',
    ':',
    'a: b\n',
    'QUJD',
    '=',
    ' ',
    '\xff',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      try {
        const kept = filterPEM('X', text);
        assert.equal(filterPEM('X', kept), kept);
      } catch (error) {
        assert.ok(error instanceof GoError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a long text without an end is read in no time', () => {
  const text = '-----BEGIN X-----\na: b\n'.repeat(50_000);
  assert.throws(() => filterPEM('X', text), says('error filtering pem: found junk'));
  assert.throws(() => filterPEM('X', '\n-----END X-----'.repeat(50_000)), says('error filtering pem: found junk'));
});

test('a type of any length is compared', () => {
  const long = 'K'.repeat(300_000);
  const block = `-----BEGIN ${long}-----\nQUJD\n-----END ${long}-----\n`;
  assert.equal(filterPEM(long.toLowerCase(), block), block);
  assert.equal(filterPEM('x', block), '');
});
