/** What a service account token says about itself. Never verified: it serves to choose a token and to word messages. */
export interface TokenClaims {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audiences: readonly string[];
  /** ms since the epoch. */
  readonly expiresAt?: number;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly podName?: string;
  readonly podUid?: string;
}

/** The claims of a JWT; undefined where the text isn't one. Never throws, never keeps the text. */
export function readClaims(token: string): TokenClaims | undefined {
  const claims = payloadOf(token);
  if (!claims) return undefined;
  const kubernetes = recordOf(claims['kubernetes.io']);
  const pod = recordOf(kubernetes['pod']);
  const [, , subjectNamespace, subjectName] = /^(system:serviceaccount):([^:]+):([^:]+)$/.exec(String(claims['sub'])) ?? [];
  const { exp } = claims;
  return {
    audiences: [claims['aud']].flat().filter((each) => typeof each === 'string'),
    ...(typeof exp === 'number' ? { expiresAt: exp * 1000 } : {}),
    ...texts({
      issuer: claims['iss'],
      subject: claims['sub'],
      namespace: kubernetes['namespace'] ?? subjectNamespace,
      serviceAccount: recordOf(kubernetes['serviceaccount'])['name'] ?? subjectName,
      podName: pod['name'],
      podUid: pod['uid'],
    }),
  };
}

/** `issuer A, subject B, audience C, expires in 55 min`, for an operator to compare with a trust policy. */
export function describeClaims(claims: TokenClaims | undefined, now: number): string {
  if (!claims) return 'it is not a JWT';
  const { issuer = 'none', subject = 'none', audiences, expiresAt } = claims;
  const end = expiresAt === undefined ? 'no expiry' : expiryText(expiresAt - now);
  return `issuer ${issuer}, subject ${subject}, audience ${audiences.join(' and ') || 'none'}, ${end}`;
}

function expiryText(leftMs: number): string {
  const minutes = Math.round(Math.abs(leftMs) / 60_000);
  return leftMs > 0 ? `expires in ${minutes} min` : `expired ${minutes} min ago`;
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, signature] = token.trim().split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? recordOf(claims) : undefined;
  } catch {
    return undefined; // The parser's message quotes its input, so it goes no further.
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Only what is text, and not empty. */
function texts<K extends string>(values: Readonly<Record<K, unknown>>): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string' && value !== '') result[name] = value;
  }
  return result;
}
