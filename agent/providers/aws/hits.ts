import { AgentError } from '../../core/agent-error.ts';
import type { Answer, Found } from '../../core/object-ref.ts';

/** A search that AWS pages forever is broken: an account may not have what would fill so many. */
const mostPages = 10_000;

/** The items of all pages. A page may be empty and still promise more: the token decides (aws.md 2.2, 3.3). */
export async function allPages<T>(
  next: (token: string | undefined) => Promise<{ readonly items: readonly T[]; readonly token: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await next(token);
    all.push(...page.items);
    if (!page.token) return all;
    token = page.token;
  }
  throw new AgentError('STORE_ANSWER_INVALID', `AWS did not come to the end of a list in ${mostPages} pages`);
}

/** The answer about a listed key as a hit of a find, where bytes go before text (ESO's reading of a secret with both). */
export function hitOf(key: string, answer: Answer, storeId: string): Found {
  switch (answer.kind) {
    case 'found':
      return {
        ...{ kind: 'found', key, value: answer.propertyValue ?? answer.value },
        ...{ version: answer.version, versionName: answer.versionName },
      };
    case 'failed':
      return { kind: 'unreadable', key, error: answer.error };
    case 'missing':
      return { kind: 'unreadable', key, error: new AgentError('SECRET_MISSING', answer.reason) };
    case 'unchanged':
      return { kind: 'unreadable', key, error: new AgentError('STORE_ANSWER_INVALID', `${storeId}: ${key} was not read`) };
  }
}
