import { X509Certificate } from 'node:crypto';
import type { CertificateLife } from '../core/early-refresh.ts';
import type { SecretValue } from '../core/secret-value.ts';

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/** From when to when the first certificate of a PEM file holds: that of the server, where others follow. Undefined: there is none. */
export function certificateLife(value: SecretValue): CertificateLife | undefined {
  const revealed = value.reveal();
  const bytes = Buffer.from(revealed.buffer, revealed.byteOffset, revealed.byteLength);
  const from = bytes.indexOf(begin);
  const to = from < 0 ? -1 : bytes.indexOf(end, from);
  if (to < 0) return undefined;
  try {
    const { validFromDate, validToDate } = new X509Certificate(bytes.subarray(from, to + end.length));
    return { notBefore: validFromDate.getTime(), notAfter: validToDate.getTime() };
  } catch {
    return undefined; // It only looks like one; whether that is wrong is for a check to say.
  }
}
