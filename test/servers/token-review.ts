import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { bodyOf, closed, listening } from './aws-double-http.ts';
import { audiences, verifiedJwt } from './vault-double-jwt.ts';

export interface TokenReview {
  /** The API server's address, for a real Vault's kubernetes auth. */
  readonly url: string;
  /** Tokens asked about so far. */
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

/** Of the API server only what judges the tokens of service accounts: a signature, an expiry, and the audiences that a request names. */
export async function startTokenReview(key: KeyObject): Promise<TokenReview> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked += 1;
    const { spec } = JSON.parse(await bodyOf(request));
    const status = statusOf(spec.token, spec.audiences, key);
    const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview' };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ...kind, spec, status }));
  });
  const port = await listening(server);
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, close: () => closed(server) };
}

function statusOf(token: string, wanted: readonly string[] | undefined, key: KeyObject): object {
  const jwt = verifiedJwt(token, [key]);
  if (!jwt || Number(jwt.claims['exp']) * 1000 <= Date.now()) return { authenticated: false, error: 'invalid bearer token' };
  const shared = wanted?.filter((each) => audiences(jwt.claims).includes(each));
  if (shared?.length === 0) return { authenticated: false, error: 'token audiences are not those of the request' };
  const { uid } = Object(Object(jwt.claims['kubernetes.io']).serviceaccount);
  const user = { username: jwt.claims['sub'], uid, groups: ['system:serviceaccounts'] };
  return { authenticated: true, user, ...(shared ? { audiences: shared } : {}) };
}
