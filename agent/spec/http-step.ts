import type { HttpStep } from '../core/hooks.ts';
import { waitMs } from '../core/kubernetes-shapes.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import {
  below,
  boolean,
  derive,
  integer,
  invalid,
  list,
  oneOf,
  record,
  refine,
  refuse,
  type Shape,
  type ShapeContext,
  type SpecNode,
  string,
} from '../core/shape.ts';
import { type Located, located } from '../core/shape-rules.ts';

/** A step whose host isn't compared yet with what the operator allows. */
export type HttpFields = Located<HttpStep>;

/** A wait that is not nothing. */
export const timeout: Shape<number> = refine(waitMs, (ms) =>
  ms === 0 ? { wrong: 'nothing can be done in no time' } : { value: ms },
);

const method = oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');

/** RFC 9110: a token, and a field value without line ends. Connection and framing are the agent's. */
const headers = derive(
  record(
    string({
      pattern: /^[\t\u0020-\u007e\u0080-\u00ff]*$/,
      allowed: 'one line of text',
      maxLength: 8_192,
    }),
  ),
  (value, node, context) => {
    const wrong = Object.keys(value).filter((name) => !/^[-!#$%&'*+.^_`|~\dA-Za-z]+$/.test(name) || reserved.test(name));
    for (const name of wrong) refuse(node, below(context, name), 'no header that a step may set');
    return wrong.length > 0 ? invalid : value;
  },
);

const reserved = /^(connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive)$/i;

const tls = object({
  serverName: optional(string({ minLength: 1, description: 'Name in the certificate, where it is not the host of the url.' })),
  ca: optional(string({ minLength: 1, description: 'File with what to trust, as the agent sees it.' })),
  skipVerify: withDefault(boolean(), false),
});

/** The name of the path of a socket, a file or a program: absolute, or below one of the directories that placeholders stand for. */
export const hookPath = string({
  pattern: /^(\/|\{(dir|feedback)\}\/)[^\0]*$/,
  allowed: 'an absolute path, or one that begins with {dir}/ or {feedback}/',
});

/** 200 to 299. */
const success: readonly number[] = Array.from({ length: 100 }, (_, index) => 200 + index);

const usualTimeoutMs = 5_000;

const members = {
  url: required(
    string({
      minLength: 1,
      maxLength: 4_096,
      description: 'http: or https:, to loopback or a host of --hook-hosts; with socket, a path.',
    }),
  ),
  socket: optional(hookPath),
  headers: withDefault(headers, {}),
  body: optional(string({ maxLength: 65_536 })),
  expectStatus: optional(list(integer({ min: 200, max: 599 }), { min: 1 })),
  timeout: withDefault(timeout, usualTimeoutMs, '5s'),
  tls: withDefault(tls, { skipVerify: false }),
};

/** As a step of `reload`. Telling an app to read its files again changes something: POST unless said otherwise. */
export const httpReload: Shape<HttpFields> = httpShape(
  object({ ...members, method: withDefault(method, 'POST'), retries: withDefault(integer({ min: 0, max: 10 }), 0) }),
);

/** As a step of `verify`, where it is tried again anyway. */
export const httpVerify: Shape<HttpFields> = httpShape(
  derive(object({ ...members, method: withDefault(method, 'GET') }), (fields) => ({ ...fields, retries: 0 })),
);

type Fields = Omit<HttpStep, 'kind' | 'timeoutMs' | 'expectStatus'> & {
  readonly timeout: number;
  readonly expectStatus?: readonly number[];
};

function httpShape(shape: Shape<Fields>): Shape<HttpFields> {
  return located(derive(shape, stepOf));
}

function stepOf({ timeout: timeoutMs, expectStatus = success, ...fields }: Fields, node: SpecNode, context: ShapeContext) {
  const url = fields.socket !== undefined && fields.url.startsWith('/') ? `http://localhost${fields.url}` : fields.url;
  const wrong = urlProblem(url);
  if (wrong !== undefined) return refuse(memberOf(node, 'url'), below(context, 'url'), wrong);
  if (fields.body !== undefined && fields.method === 'GET')
    return refuse(memberOf(node, 'body'), below(context, 'body'), 'GET has no body; say method: POST');
  return { ...fields, kind: 'http' as const, url, expectStatus, timeoutMs };
}

function memberOf(node: SpecNode, name: string): SpecNode {
  return (node.kind === 'map' ? node.entries.get(name)?.node : undefined) ?? node;
}

/** The step that the annotation `keytide.dev/reload-url` asks for; or what is wrong with it. */
export function reloadUrlStep(url: string): HttpStep | string {
  const plain = { method: 'POST', headers: {}, expectStatus: success, timeoutMs: usualTimeoutMs, retries: 0 } as const;
  return urlProblem(url) ?? { kind: 'http', url, ...plain, tls: { skipVerify: false } };
}

/** The host must stand there as it is, so that it can be compared. */
function urlProblem(url: string): string | undefined {
  if (/^https?:\/\/[^/?#]*[{}]/.test(url)) return 'a placeholder may only stand in the path or the query';
  const parsed = URL.parse(url.replace(/\{(dir|feedback|delivery|generation)\}/g, '1'));
  if (!parsed || !/^https?:\/\//.test(url)) return 'a url such as http://127.0.0.1:8080/-/reload is wanted';
  if (parsed.username !== '' || parsed.password !== '')
    return 'a url with a user or password is not taken: manifests are no secrets';
  return undefined;
}
