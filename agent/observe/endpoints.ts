import { createHash, timingSafeEqual } from 'node:crypto';
import type { Asked } from '../core/asked.ts';
import { expositionType } from './exposition.ts';
import type { HealthOptions } from './health.ts';

/** The part of a request that answers depend on. */
export interface Ask {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands behind the `?`; '' where there is none. */
  readonly query: string;
  readonly remoteAddress: string;
  /** The header, '' where there is none. */
  readonly authorization: string;
  readonly host: string;
  /** `control`: over the socket in the private directory, which only the agent's own user can reach. */
  readonly via: 'network' | 'control';
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** With 405: which methods there are. */
  readonly allow?: string;
}

/** The loop shows itself every ten seconds at least; one that doesn't for this long hangs. */
const longestSilenceMs = 60_000;

/** What an endpoint says now. */
export function answer(ask: Ask, options: HealthOptions): Reply {
  if (!Object.hasOwn(endpoints, ask.path)) return text(404, 'not found; see /\n');
  const endpoint = endpoints[ask.path];
  if (!endpoint) return text(404, 'not found; see /\n');
  const method = ask.method === 'HEAD' ? 'GET' : ask.method;
  if (method !== endpoint.method)
    return { ...text(405, `${ask.path} takes ${endpoint.method}\n`), allow: endpoint.method === 'GET' ? 'GET, HEAD' : 'POST' };
  const reply = endpoint.reply(options, ask);
  return { ...reply, body: options.mask(reply.body) };
}

interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly reply: (options: HealthOptions, ask: Ask) => Reply;
}

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/': { method: 'GET', reply: () => text(200, overview) },
  '/startup': { method: 'GET', reply: startup },
  '/ready': { method: 'GET', reply: ready },
  '/live': { method: 'GET', reply: live },
  '/metrics': {
    method: 'GET',
    reply: ({ meter, status, now }) => ({ status: 200, type: expositionType, body: meter.render(status(), now()) }),
  },
  '/status': {
    method: 'GET',
    reply: ({ status }) => ({ status: 200, type: 'application/json', body: `${JSON.stringify(status())}\n` }),
  },
  '/refresh': { method: 'POST', reply: (options, ask) => change(options, ask, refresh) },
  '/hint': { method: 'POST', reply: (options, ask) => change(options, ask, hint) },
};

const overview = `Keytide keeps this pod's secret files fresh.
/startup  whether every delivery has its first files, and what is missing
/ready    whether it ever had; never whether the stores are up
/live     whether the agent works
/metrics  for Prometheus
/status   each store, external secret and delivery, as JSON
/refresh  POST from this pod: refresh all, ?delivery=NAME or ?externalSecret=NAME at once, and try again what is held
/hint     POST from this pod: the app may not have the current values of ?delivery=NAME; looked at soon
`;

function startup({ health }: HealthOptions): Reply {
  const { hasDelivered, waitingFor } = health();
  if (hasDelivered) return text(200, 'every delivery has its files\n');
  return text(503, `waiting for the first delivery\n${waitingFor.map((line) => `${line}\n`).join('')}`);
}

/** A store that is down leaves the files as they are, so it must not take the pod out of its Service. */
function ready({ health }: HealthOptions): Reply {
  return health().hasDelivered ? text(200, 'delivered\n') : text(503, 'nothing delivered yet; see /startup\n');
}

function live({ health, now }: HealthOptions): Reply {
  const silentMs = now() - health().aliveAt;
  const words = `last work ${(Math.max(0, silentMs) / 1_000).toFixed(1)} s ago\n`;
  return text(silentMs > longestSilenceMs ? 503 : 200, words);
}

type Change = (options: HealthOptions, asked: Asked) => Reply;

function change(options: HealthOptions, ask: Ask, make: Change): Reply {
  if (!mayChange(ask, options.token))
    return text(403, 'only from this pod (loopback), or with the token of the private volume\n');
  const words = [...new URLSearchParams(ask.query)];
  const [word, surplus] = words;
  if (!word) return make(options, {});
  const [name, value] = word;
  if (surplus) return text(400, 'one parameter is enough\n');
  if (name === 'delivery') return make(options, { delivery: value });
  if (name === 'externalSecret' && make === refresh) return make(options, { externalSecret: value });
  const known = make === refresh ? 'delivery=NAME and externalSecret=NAME' : 'delivery=NAME';
  return text(400, `unknown parameter; there is ${known}\n`);
}

function refresh({ onRefresh }: HealthOptions, asked: Asked): Reply {
  return onRefresh(asked) ? text(202, `refreshing ${wordsOf(asked)}\n`) : notThere(asked);
}

function hint({ onHint }: HealthOptions, asked: Asked): Reply {
  return onHint(asked) ? text(202, `looking at ${wordsOf(asked)} soon\n`) : notThere(asked);
}

function notThere(asked: Asked): Reply {
  return text(404, `there is no ${wordsOf(asked)}; /status names what there is\n`);
}

/** Names are not told back as they came: whoever asks knows them, and a page could ask. */
function wordsOf({ delivery, externalSecret }: Asked): string {
  if (delivery !== undefined) return 'that delivery';
  return externalSecret === undefined ? 'all' : 'that external secret';
}

/**
 * Containers of the pod share its loopback. A browser there must not be led into it by a page from elsewhere, under a name that
 * points to loopback: so the host that was asked for must be loopback, too.
 */
function mayChange({ remoteAddress, authorization, host, via }: Ask, token: string | undefined): boolean {
  if (via === 'control') return true;
  if (token && isSame(authorization, `Bearer ${token}`)) return true;
  return /^(::ffff:)?127\.|^::1$/.test(remoteAddress) && /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host);
}

/** Takes as long for any two texts. */
function isSame(a: string, b: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function text(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body };
}
