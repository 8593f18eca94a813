import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

/** One request of a test, as it goes to Vault. */
export interface Sent {
  /** GET without a body, POST with one, unless given. */
  readonly method?: string;
  readonly token?: string;
  /** JSON, unless it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A client certificate. */
  readonly pair?: { readonly key: string; readonly cert: string };
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined where the answer isn't JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test digs into
  readonly json: any;
}

/** Sends without any client of ours. `path` is below `/v1/`. Rejects only where there is no answer. */
export function sendTo(url: string, path: string, sent: Sent, ca = ''): Promise<Got> {
  const { token = '', body, headers = {}, pair } = sent;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const options = {
    ...{ ca, method: sent.method ?? (body === undefined ? 'GET' : 'POST') },
    headers: { 'x-vault-token': token, ...headers },
    ...(pair ?? {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (ca === '' ? plain : secure)(`${url}/v1/${path}`, { ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = /^application\/json/.test(response.headers['content-type'] ?? '');
        const json = isJson && text.trim() !== '' ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}
