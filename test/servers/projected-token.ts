import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** Looks like a projected token of this service account for AWS; nobody signed it. */
export function projectedToken(
  namespace: string,
  serviceAccount: string,
  aud: string | readonly string[] = ['sts.amazonaws.com'],
): string {
  const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const claims = { iss: 'https://issuer.test', sub, aud, exp: 4_000_000_000 };
  return `${part({ alg: 'RS256' })}.${part(claims)}.${part('signature')}`;
}

export type JwtAlgorithm = 'RS256' | 'ES256';

/** A key that signs tokens, as that of an API server. */
export interface JwtSigner {
  readonly algorithm: JwtAlgorithm;
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
}

export function jwtSigner(algorithm: JwtAlgorithm = 'RS256'): JwtSigner {
  const { privateKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = randomUUID();
  return {
    algorithm,
    keyId,
    publicKey: createPublicKey(privateKey),
    sign: (claims) => {
      const content = `${part({ alg: algorithm, kid: keyId, typ: 'JWT' })}.${part(claims)}`;
      const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${content}.${signature.toString('base64url')}`;
    },
  };
}

/** Whose token it is, for whom, and until when. */
export interface ProjectedClaims {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** `vault` unless given. */
  readonly audience?: string | readonly string[];
  /** In ms; ten minutes from `now` unless given. */
  readonly expiresAt?: number;
  readonly now?: number;
  readonly uid?: string;
}

/** A projected token as the kubelet writes it, signed. */
export function signedProjectedToken(signer: JwtSigner, about: ProjectedClaims): string {
  const { namespace, serviceAccount, audience = 'vault', now = Date.now(), uid = 'service-account-uid' } = about;
  const issuedAt = Math.trunc(now / 1000);
  return signer.sign({
    iss: 'https://issuer.test',
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
    aud: [audience].flat(),
    iat: issuedAt,
    nbf: issuedAt,
    exp: Math.trunc((about.expiresAt ?? now + 600_000) / 1000),
    jti: randomUUID(),
    'kubernetes.io': { namespace, pod: { name: 'app-0', uid: 'pod-uid' }, serviceaccount: { name: serviceAccount, uid } },
  });
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
