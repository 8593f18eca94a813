import { type KeyObject, verify } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface Jwt {
  readonly header: Claims;
  readonly claims: Claims;
}

/** The parts of a compact JWS; undefined where it isn't one. Nothing is verified. */
export function readJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...more] = token.split('.');
  if (!header || !claims || !signature || more.length > 0) return undefined;
  try {
    return { header: Object(JSON.parse(decoded(header))), claims: Object(JSON.parse(decoded(claims))) };
  } catch {
    return undefined;
  }
}

/** Verifies an RS256 or ES256 signature by one of these keys; undefined when none fits. */
export function verifiedJwt(token: string, keys: readonly KeyObject[]): Jwt | undefined {
  const jwt = readJwt(token);
  const at = token.lastIndexOf('.');
  const content = Buffer.from(token.slice(0, at));
  const signature = Buffer.from(token.slice(at + 1), 'base64url');
  const type = jwt?.header['alg'] === 'RS256' ? 'rsa' : jwt?.header['alg'] === 'ES256' ? 'ec' : undefined;
  const fits = keys.some(
    (key) => key.asymmetricKeyType === type && verify('sha256', content, { key, dsaEncoding: 'ieee-p1363' }, signature),
  );
  return fits ? jwt : undefined;
}

export function audiences({ aud }: Claims): readonly string[] {
  return [aud].flat().filter((each) => typeof each === 'string');
}

export function numberClaim(claims: Claims, name: string): number | undefined {
  const value = claims[name];
  return typeof value === 'number' ? value : undefined;
}

function decoded(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
