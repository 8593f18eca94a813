import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands for the database whose password is rotated: it lets in who knows one of the passwords that are valid now. */
export interface Database {
  readonly port: number;
  /** Passwords with the word by which an answer names them (`x-login`); the demo shows words, never passwords. */
  readonly accept: (passwords: Readonly<Record<string, string>>) => void;
  readonly close: () => void;
}

export async function startDatabase(): Promise<Database> {
  let valid = new Map<string, string>();
  const server = createServer((request, response) => {
    const [, encoded = ''] = (request.headers.authorization ?? '').split(' ');
    const password = Buffer.from(encoded, 'base64').toString().split(':').slice(1).join(':');
    const word = valid.get(password);
    response.writeHead(word ? 200 : 401, { 'x-login': word ?? 'refused' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    accept: (passwords) => {
      valid = new Map(Object.entries(passwords).map(([word, password]) => [password, word]));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
