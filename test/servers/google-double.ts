import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { certificatePem } from './aws-double-certificate.ts';
import { bodyOf, closed, listening } from './aws-double-http.ts';
import { type JwtSigner, jwtSigner } from './projected-token.ts';

/** Google as a pod and a Vault see it: one service account, one machine, and the key that Google signs for itself with. */
export interface GoogleDouble {
  /** Of every API and of the metadata server. */
  readonly url: string;
  /** For GCE_METADATA_HOST. */
  readonly host: string;
  /** JSON, as `gcloud iam service-accounts keys create` writes it. */
  readonly keyFile: string;
  /** Method and path of what was asked, in order. */
  readonly requests: readonly string[];
  /** Whether the account may have Google sign for it. */
  signing: 'allowed' | 'denied';
  /** Status of the metadata server's answers; 200 unless set. */
  metadataStatus: number;
  /** `running`, or as a machine that was deleted. */
  machine: 'running' | 'gone';
  readonly close: () => Promise<void>;
}

export const googleAccount = {
  email: 'app@shop-1.iam.gserviceaccount.com',
  uniqueId: '104857600000000000001',
  projectId: 'shop-1',
};
export const googleMachine = { name: 'node-1', zone: 'europe-west1-b', id: '7000000000000000001' };
const createdAt = Date.parse('2026-01-02T03:04:05Z');

interface Keys {
  /** Google's own: identity tokens of the metadata server. */
  readonly google: JwtSigner;
  /** The account's that Google holds: signJwt. */
  readonly managed: JwtSigner;
  /** The account's that a key file holds. */
  readonly file: { readonly id: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

interface World {
  readonly keys: Keys;
  readonly accessToken: string;
  readonly now: () => number;
  readonly state: Pick<GoogleDouble, 'signing' | 'metadataStatus' | 'machine'>;
}

type Answer = readonly [status: number, body: unknown];

export async function startGoogleDouble(now: () => number = Date.now): Promise<GoogleDouble> {
  const file = { id: randomBytes(20).toString('hex'), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  const keys: Keys = { google: jwtSigner(), managed: jwtSigner(), file };
  const state: World['state'] = { signing: 'allowed', metadataStatus: 200, machine: 'running' };
  const world: World = { keys, accessToken: `ya29.${randomBytes(24).toString('base64url')}`, now, state };
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const [status, body] = await answer(request, world);
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const host = `127.0.0.1:${await listening(server)}`;
  const keyFile = JSON.stringify({
    ...{ type: 'service_account', project_id: googleAccount.projectId, client_email: googleAccount.email },
    ...{ client_id: googleAccount.uniqueId, private_key_id: file.id, token_uri: `http://${host}/token` },
    private_key: file.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
  return Object.assign(state, { url: `http://${host}`, host, keyFile, requests, close: () => closed(server) });
}

async function answer(request: IncomingMessage, world: World): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://google');
  const path = decodeURIComponent(pathname);
  const { keys, accessToken, state } = world;
  if (path.startsWith('/computeMetadata/'))
    return request.headers['metadata-flavor'] === 'Google'
      ? metadata(path, searchParams, world)
      : [403, 'Missing Metadata-Flavor'];
  if (path === '/token') return [200, { access_token: accessToken, expires_in: 3599, token_type: 'Bearer' }];
  if (path === '/oauth2/v1/certs') return [200, { [keys.google.keyId]: certificateOf(keys.google.publicKey, world) }];
  if (path.startsWith('/service_accounts/v1/metadata/x509/')) return accountKeys(path, world);
  if (request.headers.authorization !== `Bearer ${accessToken}`)
    return refusal(401, 'Request had invalid authentication credentials.');
  if (path.endsWith(':signJwt')) return signJwt(await bodyOf(request), world);
  if (path.includes('/serviceAccounts/')) return isOurs(path) ? [200, googleAccount] : refusal(404, 'Unknown service account');
  if (path.endsWith(`/projects/${googleAccount.projectId}/zones/${googleMachine.zone}/instances/${googleMachine.name}`))
    return state.machine === 'running' ? [200, instance()] : refusal(404, 'The resource was not found');
  return refusal(404, `no such path: ${path}`);
}

function metadata(path: string, query: URLSearchParams, { keys, accessToken, now, state }: World): Answer {
  if (state.metadataStatus !== 200) return [state.metadataStatus, 'service account not defined'];
  const [, name] = /\/instance\/service-accounts\/default\/(\w+)$/.exec(path) ?? [];
  if (name === 'email') return [200, googleAccount.email];
  if (name === 'token') return [200, { access_token: accessToken, expires_in: 3599, token_type: 'Bearer' }];
  if (name !== 'identity' || !query.get('audience')) return [404, 'not found'];
  const issuedAt = Math.floor(now() / 1_000);
  const machine = {
    ...{ project_id: googleAccount.projectId, project_number: 1234, zone: googleMachine.zone },
    ...{ instance_id: googleMachine.id, instance_name: googleMachine.name, instance_creation_timestamp: createdAt / 1_000 },
  };
  return [
    200,
    `${keys.google.sign({
      ...{
        iss: 'https://accounts.google.com',
        aud: query.get('audience'),
        azp: googleAccount.uniqueId,
        sub: googleAccount.uniqueId,
      },
      ...{ email: googleAccount.email, email_verified: true, iat: issuedAt, exp: issuedAt + 3_600 },
      ...(query.get('format') === 'full' ? { google: { compute_engine: machine } } : {}),
    })}\n`,
  ];
}

function accountKeys(path: string, world: World): Answer {
  const { managed, file } = world.keys;
  if (!isOurs(path)) return refusal(404, 'Unknown service account');
  return [200, { [managed.keyId]: certificateOf(managed.publicKey, world), [file.id]: certificateOf(file.publicKey, world) }];
}

/** The payload is signed as it is: Google adds nothing. */
function signJwt(body: string, { keys, state }: World): Answer {
  if (state.signing === 'denied')
    return refusal(403, "Permission 'iam.serviceAccounts.signJwt' denied on resource (or it may not exist).");
  const { managed } = keys;
  return [200, { keyId: managed.keyId, signedJwt: managed.sign(JSON.parse(JSON.parse(body).payload)) }];
}

function isOurs(path: string): boolean {
  return [googleAccount.email, googleAccount.uniqueId].some((name) => path.endsWith(`/${name}`));
}

function instance(): object {
  const self = `https://www.googleapis.com/compute/v1/projects/${googleAccount.projectId}/zones/${googleMachine.zone}`;
  return {
    ...{ ...googleMachine, zone: self, selfLink: `${self}/instances/${googleMachine.name}`, status: 'RUNNING', labels: {} },
    creationTimestamp: new Date(createdAt).toISOString(),
  };
}

function refusal(code: number, message: string): Answer {
  return [code, { error: { code, message, status: code === 403 ? 'PERMISSION_DENIED' : 'NOT_FOUND' } }];
}

/** Google publishes keys as certificates. */
function certificateOf(publicKey: KeyObject, { now }: World): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return certificatePem({
    ...{ commonName: 'google double', dnsNames: [], publicKey, issuer: { commonName: 'google double', key: privateKey } },
    ...{ notBefore: now() - 3_600_000, notAfter: now() + 86_400_000, isAuthority: false },
  });
}
