import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Certificate } from '../agent/template/gotemplate/functions/certificate-value.ts';
import { functions } from '../agent/template/gotemplate/functions/certificates.ts';
import { list } from '../agent/template/gotemplate/value.ts';

/** As PEM. */
export interface Pair {
  readonly crt: string;
  readonly key: string;
}

/** Makes certificates for localhost, as `genSignedCert` in a Go template does: node:crypto has no call for it. */
export interface DemoAuthority {
  /** Its own certificate. */
  readonly ca: string;
  /** The name stands in the certificate, so that the timeline can say which one is served. */
  readonly issue: (name: string, strength: 'good' | 'weak') => Pair;
}

export function demoAuthority(): DemoAuthority {
  const { genCAWithKey, genSignedCertWithKey } = functions({
    ...{ now: () => Date.now(), randomBytes: (count: number) => randomBytes(count) },
    ...{ room: () => undefined, spend: () => undefined },
  });
  const authority = genCAWithKey('demo authority', 1n, newKey('good'));
  if (!(authority instanceof Certificate)) throw new Error('no certificate was made');
  return {
    ca: authority.cert,
    issue(name, strength) {
      const key = newKey(strength);
      const made = genSignedCertWithKey(name, null, list(['localhost']), 1n, authority, key);
      if (!(made instanceof Certificate)) throw new Error('no certificate was made');
      return { crt: made.cert, key };
    },
  };
}

/** Servers of today refuse RSA keys of 1,024 bits, though certificate and key are whole and fit. */
function newKey(strength: 'good' | 'weak'): string {
  const { privateKey } =
    strength === 'good'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 1_024 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
