import { matches } from './vault-double-policies.ts';
import type { Call, Method } from './vault-double-wire.ts';

/** One request as it came in, in order of arrival. No value is kept, for assertions that nothing leaks. */
export interface LoggedRequest {
  readonly method: Method;
  /** Below `/v1/` and the namespace. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly namespace: string;
  /** Of the token that came with it; '' where it is unknown, batch or none. */
  readonly accessor: string;
  readonly bodyKeys: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** In ms on the server's clock. */
  readonly at: number;
  /** What was answered; 0 as long as nothing is. */
  status: number;
}

export interface RequestFilter {
  /** As in a policy: `secret/data/*`, `auth/+/login`. */
  readonly path?: string;
  readonly method?: Method;
  readonly accessor?: string;
  readonly status?: number;
}

export function requestLog(now: () => number) {
  const requests: LoggedRequest[] = [];
  return {
    requests,
    /** How many requests there were, or of those that fit. */
    count: (filter: RequestFilter | string = {}): number => {
      const wanted = typeof filter === 'string' ? { path: filter } : filter;
      return requests.filter((each) => fits(each, wanted)).length;
    },
    note(call: Call, accessor: string, headers: LoggedRequest['headers']): LoggedRequest {
      const { method, path, query, namespace, body } = call;
      const kept = Object.fromEntries(
        Object.entries(headers).filter(([name]) => name !== 'x-vault-token' && name !== 'authorization'),
      );
      const entry = {
        method,
        path,
        query,
        namespace,
        accessor,
        bodyKeys: Object.keys(body),
        headers: kept,
        at: now(),
        status: 0,
      };
      requests.push(entry);
      return entry;
    },
  };
}

function fits(request: LoggedRequest, { path, method, accessor, status }: RequestFilter): boolean {
  return (
    matches(path ?? '*', request.path) &&
    (method ?? request.method) === request.method &&
    (accessor ?? request.accessor) === request.accessor &&
    (status ?? request.status) === request.status
  );
}
