import { randomBytes } from 'node:crypto';
import { type Call, goTime, type JsonObject, type Reply, text, VaultRefusal } from './vault-double-wire.ts';

interface Wrapped {
  /** The answer word for word; undefined for 204. */
  readonly content: string | undefined;
  readonly createdAt: number;
  readonly ttl: number;
  readonly path: string;
}

export interface Wrapping {
  /** Keeps an answer back, and tells the `wrap_info` to send instead. */
  readonly wrap: (content: string | undefined, path: string, ttl: number, wrappedAccessor?: string) => JsonObject;
  readonly isWrapping: (token: string) => boolean;
  /** Answers below `sys/wrapping/`. */
  readonly handle: (call: Call, within: string) => Reply | undefined;
}

/** vault.md 8. */
export function wrapping(now: () => number): Wrapping {
  const kept = new Map<string, Wrapped>();
  return { wrap, isWrapping: (token) => find(token) !== undefined, handle };

  function wrap(content: string | undefined, path: string, ttl: number, wrappedAccessor?: string): JsonObject {
    const token = `hvs.${randomBytes(32).toString('base64url')}`;
    kept.set(token, { content, createdAt: now(), ttl, path });
    return {
      token,
      accessor: randomBytes(18).toString('base64url'),
      ttl,
      creation_time: goTime(now()),
      creation_path: path,
      ...(wrappedAccessor === undefined ? {} : { wrapped_accessor: wrappedAccessor }),
    };
  }

  function find(token: string): Wrapped | undefined {
    const wrapped = kept.get(token);
    return wrapped && wrapped.createdAt + wrapped.ttl * 1000 > now() ? wrapped : undefined;
  }

  function handle({ body, token }: Call, within: string): Reply | undefined {
    const named = text(body['token']) || token;
    if (within !== 'unwrap' && within !== 'lookup') return undefined;
    if (named === '') throw new VaultRefusal(403, 'error validating wrapping token: token is empty');
    const wrapped = find(named);
    if (!wrapped) throw new VaultRefusal(400, unknown);
    if (within === 'lookup') {
      const { createdAt, path, ttl } = wrapped;
      const data = { creation_path: path, creation_time: goTime(createdAt), creation_ttl: ttl };
      return { kind: 'envelope', mountType: 'system', data, repeats: true };
    }
    kept.delete(named);
    return wrapped.content === undefined ? { kind: 'nothing' } : { kind: 'json', status: 200, text: wrapped.content };
  }
}

const unknown = 'wrapping token is not valid or does not exist';
