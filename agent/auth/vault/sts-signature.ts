import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '../aws/credential-identity.ts';

/** A request to STS that its sender may hand to somebody else to send. */
export interface SignedRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallerIdentityRequest {
  readonly endpoint: string;
  readonly region: string;
  readonly keys: AwsCredentialIdentity;
  readonly serverId: string | undefined;
  readonly now: number;
}

const body = 'Action=GetCallerIdentity&Version=2011-06-15';

/** GetCallerIdentity, signed: Vault sends it to STS and so learns who we are, without our keys. Good for 15 min. */
export async function signedCallerIdentity({
  endpoint,
  region,
  keys,
  serverId,
  now,
}: CallerIdentityRequest): Promise<SignedRequest> {
  const { protocol, host, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({ service: 'sts', region, credentials: keys, sha256: Sha256, applyChecksum: false });
  const headers = {
    host,
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'content-length': String(body.length),
    ...(serverId === undefined ? {} : { 'x-vault-aws-iam-server-id': serverId }),
  };
  const request = {
    method: 'POST',
    protocol,
    hostname,
    path: '/',
    query: {},
    headers,
    body,
    ...(port === '' ? {} : { port: Number(port) }),
  };
  const signed = await signer.sign(request, { signingDate: new Date(now) });
  return { url: `${protocol}//${host}/`, body, headers: signed.headers };
}

/** Node's own SHA-256, plain or with a key, as the signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
