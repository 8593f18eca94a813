import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificatePem } from './aws-double-certificate.ts';
import type { Engine } from './vault-double-kv.ts';
import type { LeaseStore } from './vault-double-leases.ts';
import type { Token } from './vault-double-tokens.ts';
import {
  type Call,
  goDuration,
  goTime,
  type JsonObject,
  nothingThere,
  type Reply,
  seconds,
  text,
  unsupported,
  VaultRefusal,
} from './vault-double-wire.ts';

export interface PkiRole {
  /** Seconds; 768 h unless given. */
  readonly ttl?: number;
  readonly maxTtl?: number;
  /** Common names it issues, with their subdomains; any when absent. */
  readonly domains?: readonly string[];
  readonly generateLease?: boolean;
  readonly keyType?: 'rsa' | 'ec';
}

export interface IssuedCertificate {
  readonly serial: string;
  readonly commonName: string;
  /** In ms. */
  readonly notAfter: number;
  revokedAt: number | undefined;
}

export interface Pki extends Engine {
  readonly issued: readonly IssuedCertificate[];
  /** PEM of the root. */
  readonly root: string;
}

interface Authority {
  readonly commonName: string;
  readonly key: KeyObject;
  readonly pem: string;
  readonly notAfter: number;
}

/** How far NotBefore is set back, in seconds. */
const backdatedSeconds = 30;

/** vault.md 12.3: real certificates, of an intermediate CA below a root. */
export function pkiEngine(roles: Readonly<Record<string, PkiRole>>, leases: LeaseStore, now: () => number): Pki {
  const issued: IssuedCertificate[] = [];
  const root = authority('double root', undefined, now());
  const issuer = authority('double intermediate', root, now());
  return {
    type: 'pki',
    options: null,
    issued,
    root: root.pem,
    handle(call, within, caller) {
      const [area, name = ''] = within.split('/');
      if (call.method === 'GET' && within === 'cert/ca')
        return { kind: 'envelope', mountType: 'pki', data: { certificate: bare(issuer.pem) } };
      if (area !== 'issue' || (call.method !== 'POST' && call.method !== 'PUT'))
        throw area === 'issue' ? unsupported() : nothingThere();
      return issue(call, name, caller);
    },
  };

  function issue(call: Call, name: string, caller: Token): Reply {
    const role = roles[name];
    if (!role) throw new VaultRefusal(400, `unknown role: ${name}`);
    const commonName = text(call.body['common_name']);
    if (!commonName)
      throw new VaultRefusal(
        400,
        'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
      );
    if (role.domains && !role.domains.some((each) => commonName === each || commonName.endsWith(`.${each}`)))
      throw new VaultRefusal(400, `common name ${commonName} not allowed by this role`);
    const { notAfter, warnings } = lifetime(role, seconds(call.body['ttl']) ?? 0);
    const serial = Buffer.concat([Buffer.from([0x11]), randomBytes(19)]);
    const entry: IssuedCertificate = { serial: colons(serial), commonName, notAfter, revokedAt: undefined };
    const lease = role.generateLease
      ? leases.issue(call, caller, { ttl: Math.trunc((notAfter - now()) / 1000), maxTtl: 0, renewable: false }, () =>
          revoke(entry),
        )
      : undefined;
    issued.push(entry);
    const told = lease ? { lease: { id: lease.id, renewable: false, seconds: Math.ceil((lease.expiresAt - now()) / 1000) } } : {};
    return { kind: 'envelope', mountType: 'pki', data: material(call, role, entry, serial), warnings, ...told };
  }

  function lifetime(role: PkiRole, asked: number): { readonly notAfter: number; readonly warnings: readonly string[] } {
    const most = role.maxTtl || 2_764_800;
    const wanted = asked || role.ttl || most;
    const ttl = Math.min(wanted, most);
    const notAfter = Math.trunc(now() / 1000) * 1000 + ttl * 1000;
    if (notAfter > issuer.notAfter)
      throw new VaultRefusal(
        400,
        `cannot satisfy request, as TTL would result in notAfter of ${goTime(notAfter)} that is beyond the expiration of the CA certificate at ${goTime(issuer.notAfter)}`,
      );
    const over = `TTL "${goDuration(wanted)}" is longer than permitted maxTTL "${goDuration(most)}", so maxTTL is being used`;
    return { notAfter, warnings: wanted > most ? [over, over] : [] }; // Twice: so does the original.
  }

  function revoke(entry: IssuedCertificate): void {
    if (entry.notAfter > now()) entry.revokedAt = now();
  }

  function material(
    { body }: Call,
    role: PkiRole,
    { commonName, notAfter, serial: serialText }: IssuedCertificate,
    serial: Buffer,
  ): JsonObject {
    const type = role.keyType ?? 'rsa';
    const { privateKey } =
      type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const list = (name: string): readonly string[] =>
      text(body[name])
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '');
    const names = body['exclude_cn_from_sans'] === true ? list('alt_names') : [commonName, ...list('alt_names')];
    const notBefore = Math.trunc(now() / 1000) * 1000 - backdatedSeconds * 1000;
    const certificate = certificatePem({
      commonName,
      dnsNames: [...new Set(names)],
      addresses: list('ip_sans').map(addressBytes),
      publicKey: createPublicKey(privateKey),
      issuer,
      notBefore,
      notAfter,
      isAuthority: false,
      serial,
    });
    const container = body['private_key_format'] === 'pkcs8' ? 'pkcs8' : type === 'rsa' ? 'pkcs1' : 'sec1';
    const key = exported(privateKey, container);
    return {
      ...formatted(text(body['format']) || 'pem', certificate, key),
      private_key_type: type,
      serial_number: serialText,
      expiration: notAfter / 1000,
    };
  }

  function formatted(format: string, certificate: string, key: { readonly pem: string; readonly der: Buffer }): JsonObject {
    const chain = [issuer.pem, root.pem];
    if (format === 'der') {
      const der = (pem: string): string => new X509Certificate(pem).raw.toString('base64');
      return {
        certificate: der(certificate),
        issuing_ca: der(issuer.pem),
        ca_chain: chain.map(der),
        private_key: key.der.toString('base64'),
      };
    }
    const all = format === 'pem_bundle' ? [key.pem, certificate, ...chain] : [certificate];
    return {
      certificate: all.map(bare).join('\n'),
      issuing_ca: bare(issuer.pem),
      ca_chain: chain.map(bare),
      private_key: bare(key.pem),
    };
  }
}

function authority(commonName: string, above: Authority | undefined, now: number): Authority {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const notAfter = Math.trunc(now / 1000) * 1000 + 365 * 86_400_000;
  const pem = certificatePem({
    commonName,
    dnsNames: [],
    publicKey: createPublicKey(privateKey),
    issuer: above ?? { commonName, key: privateKey },
    notBefore: now - backdatedSeconds * 1000,
    notAfter,
    isAuthority: true,
  });
  return { commonName, key: privateKey, pem, notAfter };
}

/** The two containers fit one key type each; `pkcs8` fits all. */
function exported(key: KeyObject, type: 'pkcs1' | 'sec1' | 'pkcs8'): { readonly pem: string; readonly der: Buffer } {
  return { pem: key.export({ type, format: 'pem' }).toString(), der: key.export({ type, format: 'der' }) };
}

/** PEM fields come without a newline at their end (P1). */
function bare(pem: string): string {
  return pem.trimEnd();
}

function colons(serial: Buffer): string {
  return serial.toString('hex').replace(/..(?=.)/g, '$&:');
}

function addressBytes(address: string): Buffer {
  if (isIP(address) !== 4) throw new VaultRefusal(400, `the value "${address}" is not a valid IP address`);
  return Buffer.from(address.split('.').map(Number));
}
