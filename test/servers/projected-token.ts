/** Looks like a projected token of this service account for AWS; nobody signed it. */
export function projectedToken(namespace: string, serviceAccount: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const claims = { iss: 'https://issuer.test', sub, aud: ['sts.amazonaws.com'], exp: 4_000_000_000 };
  return `${part({ alg: 'RS256' })}.${part(claims)}.${part('signature')}`;
}
