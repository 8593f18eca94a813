/** Looks like a projected token of this service account for AWS; nobody signed it. */
export function projectedToken(
  namespace: string,
  serviceAccount: string,
  aud: string | readonly string[] = ['sts.amazonaws.com'],
): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const claims = { iss: 'https://issuer.test', sub, aud, exp: 4_000_000_000 };
  return `${part({ alg: 'RS256' })}.${part(claims)}.${part('signature')}`;
}
