import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { matches } from './vault-double-policies.ts';
import type { Method } from './vault-double-wire.ts';

/** Where in the life of a request it goes wrong: before the server has done anything, or when only the answer is left. */
type When = 'before' | 'after';

/** What goes wrong instead of, or with, an answer. */
export type Trouble =
  /** An error as Vault writes it. Nothing was done. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly errors?: readonly string[];
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Any status with any body: a proxy's page, garbage. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: 301 | 302 | 307 | 308 }
  /** The connection is reset. */
  | { readonly kind: 'reset'; readonly when: When }
  /** No answer at all. */
  | { readonly kind: 'hang'; readonly when: When }
  | { readonly kind: 'late'; readonly ms: number; readonly when?: When }
  /** The request, or its answer, waits for this. */
  | { readonly kind: 'held'; readonly until: Promise<unknown>; readonly when?: When }
  /** Half of the right answer, then the connection ends. */
  | { readonly kind: 'half' }
  /** An answer of this many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** 412, unless the client wants the active node (R-36). */
  | { readonly kind: 'behind' };

export interface FaultRule {
  /** Below `/v1/` and the namespace, as in a policy: `auth/+/login`, `secret/*`; every path when absent. */
  readonly path?: string;
  readonly method?: Method;
  /** How many requests it hits; once unless given. Infinity: until it is ended. */
  readonly times?: number;
  readonly trouble: Trouble;
}

export interface Fault {
  readonly hits: () => number;
  readonly end: () => void;
}

export function faults() {
  const rules = new Set<{ readonly rule: FaultRule; hits: number }>();
  return {
    add(rule: FaultRule): Fault {
      const entry = { rule, hits: 0 };
      rules.add(entry);
      return { hits: () => entry.hits, end: () => void rules.delete(entry) };
    },
    endAll: () => rules.clear(),
    next(method: Method, path: string): Trouble | undefined {
      for (const entry of rules) {
        const { rule } = entry;
        const isMatch = (rule.method ?? method) === method && matches(rule.path ?? '*', path);
        if (!isMatch || entry.hits >= (rule.times ?? 1)) continue;
        entry.hits += 1;
        return rule.trouble;
      }
      return undefined;
    },
  };
}

/** An answer, ready to go. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the trouble lets the client see at once, without the server doing anything; `gone`: nothing at all. */
export async function beforeWork(
  trouble: Trouble | undefined,
  response: ServerResponse,
  wantsActiveNode: boolean,
): Promise<Outgoing | 'gone' | undefined> {
  switch (trouble?.kind) {
    case 'error':
      return {
        status: trouble.status,
        headers: { 'content-type': 'application/json', ...trouble.headers },
        body: JSON.stringify({ errors: trouble.errors ?? [] }),
      };
    case 'answer':
      return { status: trouble.status, headers: { 'content-type': 'text/html', ...trouble.headers }, body: trouble.body };
    case 'redirect':
      return { status: trouble.status ?? 307, headers: { location: trouble.location }, body: '' };
    case 'behind':
      if (wantsActiveNode) return undefined;
      return {
        status: 412,
        headers: { 'content-type': 'application/json' },
        body: '{"errors":["required index state not present"]}',
      };
    default:
      return (await stopped(trouble, 'before', response)) ? 'gone' : undefined;
  }
}

/** Sends an answer as the trouble has it. */
export async function sendWith(
  trouble: Trouble | undefined,
  response: ServerResponse,
  { status, headers, body }: Outgoing,
): Promise<void> {
  if (await stopped(trouble, 'after', response)) return;
  if (trouble?.kind !== 'oversized' && body !== '') response.setHeader('content-length', Buffer.byteLength(body));
  response.writeHead(status, { ...headers });
  if (trouble?.kind === 'half') response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  else if (trouble?.kind === 'oversized') await oversized(response, trouble.bytes);
  else response.end(body);
}

/** True when the client gets no answer; returns late for what waits. */
async function stopped(trouble: Trouble | undefined, when: When, response: ServerResponse): Promise<boolean> {
  if (trouble?.kind === 'reset' && trouble.when === when) response.socket?.resetAndDestroy();
  if (trouble?.kind === 'late' && (trouble.when ?? 'before') === when) await delay(trouble.ms, undefined, { ref: false });
  if (trouble?.kind === 'held' && (trouble.when ?? 'before') === when) await trouble.until;
  return (trouble?.kind === 'reset' || trouble?.kind === 'hang') && trouble.when === when;
}

async function oversized(response: ServerResponse, bytes: number): Promise<void> {
  response.write('{"data":{"big":"');
  for (let left = bytes; left > 0 && !response.destroyed; left -= 65_536)
    if (!response.write('x'.repeat(Math.min(left, 65_536)))) await drained(response);
  response.end('"}}');
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
