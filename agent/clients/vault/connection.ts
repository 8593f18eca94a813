import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { request as sendTls, Agent as TlsAgent } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { AgentError } from '../../core/agent-error.ts';
import type { SecretValue } from '../../core/secret-value.ts';
import { pemText } from './revealed.ts';
import { VaultFailure } from './wire.ts';

export interface ConnectionOptions {
  /** Certificates in PEM that are trusted instead of Node's list. */
  readonly ca?: readonly string[];
  readonly clientCertificate?: { readonly cert: string; readonly key: SecretValue };
  /** From `proxyOf`. */
  readonly proxy?: Readonly<Record<string, string>>;
}

/** Kept-alive connections to one server and to those it redirects to. */
export interface Connections {
  readonly http: Agent;
  readonly https: TlsAgent;
}

const mostSockets = 10;

/** Shorter than what servers and load balancers allow (Vault: 5 minutes), so that it is us who closes an idle connection. */
const idleMs = 30_000;

/** Throws an AgentError for certificates or a key that can't be read. */
export function openConnections({ ca, clientCertificate, proxy }: ConnectionOptions): Connections {
  const shared = { keepAlive: true, maxSockets: mostSockets, timeout: idleMs, ...(proxy ? { proxyEnv: { ...proxy } } : {}) };
  // One context for all connections: each would parse the certificates again.
  const secureContext = ca || clientCertificate ? contextOf(ca, clientCertificate) : undefined;
  return { http: new Agent(shared), https: new TlsAgent({ ...shared, ...(secureContext ? { secureContext } : {}) }) };
}

function contextOf(ca: ConnectionOptions['ca'], client: ConnectionOptions['clientCertificate']): SecureContext {
  const trusted = ca ? { ca: [...ca] } : {};
  try {
    // TLS skips what it can't read, and would then trust nobody.
    if (ca && ca.map((pem) => new X509Certificate(pem)).length === 0) throw new Error('no certificate');
    if (!client) return createSecureContext(trusted);
    createSecureContext(trusted); // Made for its errors: what fails below is about the client certificate.
  } catch {
    throw new AgentError('STORE_UNAVAILABLE', 'The CA certificates of the Vault store are not certificates in PEM', {
      hint: 'Put the PEM of the CA that signs the server certificate into caBundle, or where caProvider points.',
    });
  }
  try {
    const key = pemText(client.key);
    // TLS takes an empty key for none, and would show no certificate.
    if (!new X509Certificate(client.cert).checkPrivateKey(createPrivateKey(key))) throw new Error('not its key');
    return createSecureContext({ ...trusted, cert: client.cert, key });
  } catch {
    // What OpenSSL says is dropped: it could quote its input.
    throw new AgentError(
      'CREDENTIALS_MISSING',
      'The client certificate of the Vault store and its key can not be used together',
      {
        hint: 'Both must be PEM, the key without a passphrase, and made for this certificate.',
      },
    );
  }
}

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `latin1`: one character a byte. */
  readonly text: string;
}

export interface ExchangeLimits {
  readonly connectMs: number;
  readonly answerBytes: number;
}

/** Sends once and reads the whole answer. Throws VaultFailures that hold nothing of either. `deadline` is told apart from giving up. */
export async function exchange(
  { url, method, headers, body }: Exchange,
  connections: Connections,
  limits: ExchangeLimits,
  { deadline, signal }: { readonly deadline: AbortSignal; readonly signal: AbortSignal },
): Promise<RawAnswer> {
  const isTls = url.protocol === 'https:';
  let mayHaveArrived = false;
  try {
    return await new Promise<RawAnswer>((resolve, reject) => {
      const options = { method, headers, agent: isTls ? connections.https : connections.http };
      const sent = (isTls ? sendTls : send)(url, { ...options, signal: AbortSignal.any([deadline, signal]) });
      sent.on('error', reject);
      sent.on('response', (answer) => wholeAnswer(answer, limits.answerBytes).then(resolve, reject));
      watchConnecting(sent, isTls, limits.connectMs, () => {
        mayHaveArrived = true;
      });
      sent.end(body);
    });
  } catch (error) {
    if (signal.aborted) throw noAnswer('was given up: its time is over', 'GIVEN_UP', mayHaveArrived);
    if (deadline.aborted) throw noAnswer('no whole answer in time', 'TIMEOUT', mayHaveArrived);
    throw error instanceof VaultFailure ? error : networkFailure(error, mayHaveArrived);
  }
}

/** Bytes of the request leave once the connection stands, for TLS: once the server has shown its certificate. */
function watchConnecting(sent: ClientRequest, isTls: boolean, connectMs: number, onConnected: () => void): void {
  sent.on('socket', (socket) => {
    if (!socket.connecting) return onConnected();
    const late = noAnswer('no connection in time', 'TIMEOUT', false);
    const timer = setTimeout(() => sent.destroy(late), connectMs);
    const connected = isTls ? 'secureConnect' : 'connect';
    for (const event of [connected, 'close']) socket.once(event, () => clearTimeout(timer));
    socket.once(connected, onConnected);
  });
}

async function wholeAnswer(answer: IncomingMessage, longest: number): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > longest) throw noAnswer(`its answer has more than ${longest} bytes`, 'TOO_LONG', true);
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    text: Buffer.concat(chunks).toString('latin1'),
  };
}

export function noAnswer(message: string, reason: string, mayHaveArrived: boolean): VaultFailure {
  return new VaultFailure(message, { status: 0, reason, mayHaveArrived });
}

/** Only code and peer are told. The error itself is dropped: that of a broken answer holds the answer. */
function networkFailure(error: unknown, mayHaveArrived: boolean): VaultFailure {
  const { code, address, port, hostname } = Object(error);
  const peer =
    typeof address === 'string' && typeof port === 'number'
      ? `${address}:${port}`
      : typeof hostname === 'string' && /^[\w.-]{1,253}$/.test(hostname)
        ? hostname
        : '';
  const reason = typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : 'NO_ANSWER';
  return noAnswer(peer === '' ? reason : `${reason}: ${peer}`, reason, mayHaveArrived);
}
