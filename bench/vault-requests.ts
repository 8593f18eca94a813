import { closeSync, openSync, readSync } from 'node:fs';

/** Requests of one role, as the server noted them. */
export interface RequestCounts {
  readonly logins: number;
  readonly reads: number;
  /** Such as renewals and look-ups of the token. */
  readonly others: number;
}

interface AuditEntry {
  readonly type?: string;
  /** Of a login, the one that was given. */
  readonly auth?: { readonly metadata?: { readonly role?: string } };
  readonly request?: { readonly path?: string };
}

export interface RequestCounter {
  /** All until now. */
  readonly of: (role: string) => RequestCounts;
}

/** Reads the server's audit log as it grows. Requests belong to the JWT role whose token they carry, or get. */
export function requestCounter(auditLog: string): RequestCounter {
  const file = openSync(auditLog, 'r');
  const counts = new Map<string, { logins: number; reads: number; others: number }>();
  const chunk = Buffer.alloc(1 << 20);
  let rest = '';
  process.on('exit', () => closeSync(file));
  return {
    of(role) {
      for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
        const lines = (rest + chunk.toString('utf8', 0, size)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) note(JSON.parse(line));
      }
      return { ...countsOf(role) };
    },
  };

  function note({ type, auth, request }: AuditEntry): void {
    const role = auth?.metadata?.role;
    if (type !== 'response' || role === undefined) return;
    const path = request?.path ?? '';
    countsOf(role)[path.startsWith('secret/data/') ? 'reads' : path === 'auth/jwt/login' ? 'logins' : 'others'] += 1;
  }

  function countsOf(role: string): { logins: number; reads: number; others: number } {
    const found = counts.get(role) ?? { logins: 0, reads: 0, others: 0 };
    counts.set(role, found);
    return found;
  }
}
