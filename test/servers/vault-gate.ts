import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as forward } from 'node:https';
import type { ContractServer } from '../contract/provider-contract.ts';
import { selfSigned } from './aws-double-certificate.ts';
import { closed, listening } from './aws-double-http.ts';

/** What stands in for the way to a server: a real Vault can't be told to fail. */
export interface VaultGate {
  readonly url: string;
  readonly ca: string;
  /** GETs that arrived, by their path below `/v1/`. */
  readonly reads: readonly string[];
  readonly be: ContractServer['be'];
  readonly heal: () => void;
  /** All that arrived, as `GET secret/data/app`. */
  readonly requests: readonly string[];
  readonly count: (request: RegExp) => number;
  /** Resolves when the next one that fits arrives. */
  readonly arrival: (request: RegExp) => Promise<void>;
  /**
   * From now on answers of requests below this path are taken from the server and given to nobody. Resolves when the next one is held; those
   * held end with `heal`, unread.
   */
  readonly hold: (path: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

type Trouble = Parameters<ContractServer['be']>[0];

/** Over TLS on both sides. Logins and what else is below `auth/` pass whatever the trouble is. */
export async function startGate(behind: { readonly url: string; readonly ca: string }): Promise<VaultGate> {
  const pair = selfSigned();
  const reads: string[] = [];
  const requests: string[] = [];
  let trouble: Trouble | undefined;
  const arrivals = new Set<(request: string) => void>();
  let hold: Hold | undefined;
  const server = createTlsServer(pair, (incoming, response) => {
    const path = (incoming.url ?? '').replace(/^\/v1\//, '');
    if (incoming.method === 'GET') reads.push(path);
    requests.push(`${incoming.method} ${path}`);
    for (const look of arrivals) look(`${incoming.method} ${path}`);
    if (hold && path.startsWith(hold.path)) passOn(incoming, response, behind, hold);
    else if (trouble === undefined || path.startsWith('auth/')) passOn(incoming, response, behind);
    else if (trouble !== 'silent') misbehave(trouble, response);
  });
  const port = await listening(server);
  return {
    ...{ url: `https://127.0.0.1:${port}`, ca: pair.cert, reads, requests },
    be: (next) => {
      trouble = next;
    },
    heal: () => {
      trouble = undefined;
      for (const response of hold?.held ?? []) response.destroy();
      hold = undefined;
    },
    count: (request) => requests.filter((each) => request.test(each)).length,
    arrival: (wanted) =>
      new Promise((resolve) => {
        const look = (request: string): void => {
          if (wanted.test(request) && arrivals.delete(look)) resolve();
        };
        arrivals.add(look);
      }),
    hold: (path) =>
      new Promise((resolve) => {
        hold = { path, held: [], onHeld: resolve };
      }),
    close: () => closed(server),
  };
}

interface Hold {
  readonly path: string;
  readonly held: ServerResponse[];
  readonly onHeld: () => void;
}

function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  { url, ca }: { readonly url: string; readonly ca: string },
  hold?: Hold,
): void {
  const { method = 'GET', headers } = incoming;
  const outgoing = forward(`${url}${incoming.url}`, { ca, agent: false, method, headers: { ...headers, connection: 'close' } });
  outgoing.on('response', (answer) => {
    if (hold) {
      hold.held.push(response);
      answer.on('end', hold.onHeld).resume();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

function misbehave(trouble: Exclude<Trouble, 'silent'>, response: ServerResponse): void {
  // As unlucky as an answer can be: it holds what should stay hidden, and quoting it would show it.
  if (trouble === 'talking nonsense') response.end('cAnAry-ß"\\\n&<>%-7f3e91');
  else if (trouble === 'down') response.destroy();
  else {
    const text = trouble === 'failing' ? 'internal error' : 'request path "secret": rate limit quota exceeded';
    const status = trouble === 'failing' ? 500 : 429;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [text] }));
  }
}
