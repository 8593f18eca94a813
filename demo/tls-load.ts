import { get } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

export interface TlsLoad {
  answered: number;
  failed: number;
  /** Name in the certificate that was served last. */
  served: string;
  /** All names, in the order in which they came up. */
  readonly seen: Set<string>;
  readonly pids: Set<number>;
  readonly stop: () => Promise<void>;
}

/** Four clients that ask the app, each time on a new connection, and trust nobody but the authority. */
export function startTlsLoad(port: number, ca: string): TlsLoad {
  let isOn = true;
  const load: TlsLoad = { answered: 0, failed: 0, served: '', seen: new Set(), pids: new Set(), stop };
  const clients = Array.from({ length: 4 }, client);
  return load;

  async function client(): Promise<void> {
    while (isOn) {
      const reply = await request(port, ca);
      load.answered += 1;
      if (reply) {
        load.served = reply.served;
        load.seen.add(reply.served);
        load.pids.add(reply.pid);
      } else load.failed += 1;
      await sleep(2);
    }
  }

  async function stop(): Promise<void> {
    isOn = false;
    await Promise.all(clients);
  }
}

/** Undefined: no answer, or none that a client could believe. */
function request(port: number, ca: string): Promise<{ served: string; pid: number } | undefined> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/', agent: false, ca, servername: 'localhost' }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate(); // It is one: we asked by HTTPS.
      response
        .resume()
        .on('end', () =>
          resolve(
            response.statusCode === 200 ? { served: String(subject.CN), pid: Number(response.headers['x-pid']) } : undefined,
          ),
        );
    }).on('error', () => resolve(undefined));
  });
}
