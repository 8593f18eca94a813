import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { selfSigned } from './aws-double-certificate.ts';
import { closed, listening } from './aws-double-http.ts';
import { beforeWork, type Outgoing, sendWith, type Trouble } from './vault-double-faults.ts';
import { callOf, cleanUrl, envelope, header, ready, refused } from './vault-double-http.ts';
import { type Call, type Reply, seconds, VaultRefusal } from './vault-double-wire.ts';
import { type VaultSetup, type VaultWorld, vaultWorld } from './vault-double-world.ts';

export interface VaultDoubleOptions extends VaultSetup {
  /** HTTPS with a certificate made for this server; trust `ca`. Client certificates are asked for, and judged by cert auth. */
  readonly tls?: boolean;
  /** Further names for the certificate. */
  readonly hosts?: readonly string[];
  /** Answers 412-aware indexes with writes and logins, as Vault Enterprise. */
  readonly indexes?: boolean;
}

export interface VaultDouble extends Omit<VaultWorld, 'core' | 'gate' | 'nextTrouble' | 'note'> {
  /** Such as `http://127.0.0.1:34567`. */
  readonly url: string;
  readonly port: number;
  /** PEM of the certificate to trust, with `tls`. */
  readonly ca: () => string | undefined;
  /** A new certificate of the server, and its own CA, for connections made from now on. */
  readonly rotateCertificate: () => void;
  /** Closes every connection that is open but lets new ones in: a server that restarts. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

/**
 * A server on 127.0.0.1 that speaks Vault's HTTP API as clients see it (vault.md), holds what a test gives it, remembers every request
 * and can be told to misbehave. Its clock runs with this machine's and can be advanced. Where it and a real server disagree, it is wrong.
 */
export async function startVaultDouble(options: VaultDoubleOptions = {}): Promise<VaultDouble> {
  const { core, gate, nextTrouble, note, ...world } = vaultWorld(options);
  const flavour = options.flavour ?? 'vault';
  let keyPair = options.tls ? selfSigned(...(options.hosts ?? [])) : undefined;
  let index = 0;
  const listener: RequestListener = (request, response) => void handle(request, response);
  const tlsServer = keyPair && createTlsServer({ ...keyPair, requestCert: true, rejectUnauthorized: false }, listener);
  const server = tlsServer ?? createServer(listener);
  const port = await listening(server);
  return {
    ...world,
    url: `${keyPair ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    ca: () => keyPair?.cert,
    rotateCertificate() {
      keyPair = selfSigned(...(options.hosts ?? []));
      tlsServer?.setSecureContext(keyPair);
    },
    dropConnections: () => server.closeAllConnections(),
    close: () => closed(server),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const clean = cleanUrl(request.url ?? '');
    if (clean !== undefined) {
      response.writeHead(307, { location: clean }).end();
      return;
    }
    let entry: { status: number } | undefined;
    let trouble: Trouble | undefined;
    let outgoing: Outgoing | 'gone' | undefined;
    try {
      const call = await callOf(request, world.namespaces);
      entry = note(call, request.headers);
      trouble = nextTrouble(call);
      const wantsActive = header(request, 'x-vault-inconsistent') === 'forward-active-node';
      outgoing = await beforeWork(trouble, response, wantsActive);
      outgoing ??= gate(call, request.url ?? '') ?? worded(call, await core(call), request);
    } catch (error) {
      outgoing = refused(error instanceof VaultRefusal ? error : new VaultRefusal(500, `the double failed: ${error}`));
    }
    if (outgoing === 'gone') return;
    if (entry) entry.status = outgoing.status;
    await sendWith(trouble, response, outgoing);
  }

  function worded(call: Call, reply: Reply, request: IncomingMessage): Outgoing {
    const outgoing = wrapped(call, reply, seconds(header(request, 'x-vault-wrap-ttl')));
    if (!options.indexes || call.method === 'GET' || call.method === 'LIST') return outgoing;
    index += 1;
    const value = Buffer.from(JSON.stringify({ index })).toString('base64');
    return { ...outgoing, headers: { ...outgoing.headers, 'x-vault-index': value } };
  }

  function wrapped(call: Call, reply: Reply, ttl: number | undefined): Outgoing {
    if (reply.kind === 'nothing') return ready(204, '');
    if (reply.kind === 'json') return ready(reply.status, reply.text);
    const body = envelope(reply, flavour);
    if (!ttl) return ready(reply.status ?? 200, body);
    const accessor = Object(reply.auth)['accessor'];
    return ready(200, envelope(reply, flavour, world.wrap(body, call.path, ttl, accessor)));
  }
}
