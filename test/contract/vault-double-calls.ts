import { startVaultDouble, type VaultDouble, type VaultDoubleOptions } from '../servers/vault-double.ts';

/** When the double's clock stands, until it is advanced. */
export const start = Date.parse('2026-01-02T03:04:05.120Z');

export interface Sent {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test digs into
  readonly json: any;
}

/** With the root token unless told otherwise. */
export async function send(
  vault: VaultDouble,
  path: string,
  { method, token = vault.root, body, headers }: Sent = {},
): Promise<Got> {
  const response = await fetch(`${vault.url}/v1/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'x-vault-token': token, ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, text, headers: response.headers, json: isJson ? JSON.parse(text) : undefined };
}

/** A test with a server of its own, closed when the test is over. */
export function serving(options: VaultDoubleOptions, test: (vault: VaultDouble) => Promise<void>): () => Promise<void> {
  return async () => {
    const vault = await startVaultDouble({ now: () => start, ...options });
    try {
      await test(vault);
    } finally {
      await vault.close();
    }
  };
}
