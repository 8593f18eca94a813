import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { certificateLife } from '../../agent/resolve/certificate-life.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';

const { cert, key } = selfSigned();
const other = selfSigned().cert;

describe('the life of a certificate', () => {
  it('is that of the first one in a file, whatever stands around it', () => {
    const { validFromDate, validToDate } = new X509Certificate(cert);
    const life = { notBefore: validFromDate.getTime(), notAfter: validToDate.getTime() };
    for (const text of [cert, `${key}\n${cert}`, `# for the web\r\n${cert}${other}`])
      assert.deepEqual(certificateLife(SecretValue.ofText(text)), life);
  });

  it('is unknown for anything else, and nothing makes it throw', () => {
    for (const text of ['', key, '-----BEGIN CERTIFICATE-----', cert.slice(0, -40), cert.replace(/[A-Z]{6}/g, 'AAAAAA')])
      certificateLife(SecretValue.ofText(text));
    assert.equal(certificateLife(SecretValue.ofText(key)), undefined);
    assert.equal(certificateLife(SecretValue.ofText(cert.slice(0, -40))), undefined);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => certificateLife(new SecretValue(bytes)) === undefined));
  });
});
