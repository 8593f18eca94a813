import { randomUUID } from 'node:crypto';
import type { SecretRecord } from '../../core/hand-over.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { VaultToken } from './login.ts';
import type { Held, SessionState } from './session-state.ts';

/** Where the tokens of one session are kept for the agent that comes after this one. */
export interface TokenKeep {
  readonly record: SecretRecord;
  /** Ids of tokens that are taken over, but not used any more. */
  readonly renounced: readonly string[];
}

/** As it was written down: the one in use is the last. */
interface KeptToken {
  readonly id: string;
  readonly value: SecretValue;
  readonly kind: VaultToken['kind'];
  readonly isOurs: boolean;
  /** The longest time that was granted. */
  readonly fullMs: number;
}

/** A name for a new token, or the one that it has: a token from a Secret comes again with each login. */
export function idOf({ held, retired, recalled }: SessionState, { value }: VaultToken): string {
  const known = [...(held ? [{ id: held.id, value: held.token.value }] : []), ...recalled];
  const same = [...known, ...retired.map(({ id, token }) => ({ id, value: token.value }))].find((each) =>
    each.value.equals(value),
  );
  return same?.id ?? randomUUID();
}

/** Writes down every token that lives, before `next` is used. One that can't be kept is used all the same: the pod needs its secrets. */
export async function keepTokens(state: SessionState, next?: { readonly id: string; readonly token: VaultToken }): Promise<void> {
  const { keep, log } = state.world;
  if (!keep) return;
  const before = [...state.retired, ...(state.held ? [state.held] : [])].filter(({ id }) => id !== next?.id);
  const all = [
    ...before.map(({ id, token, life }) => kept(id, token, life.fullMs)),
    ...(next ? [kept(next.id, next.token, next.token.ttlSeconds * 1_000)] : []),
  ];
  await keep.record.write({ schema: 1, tokens: all }).catch((error: unknown) => {
    log.warn(
      { identity: state.login.identity, error },
      'a Vault token could not be kept for a restart; after one, it is left to its end',
    );
  });
}

/**
 * Takes over what an earlier agent of this pod had, once: true when a token of it is in use now. Each is looked up; what is no more, or
 * can't be looked up, is not used. Throws AgentErrors when Vault can't be asked.
 */
export async function takeOver(state: SessionState, adopt: (held: Held) => void): Promise<boolean> {
  const { keep, log } = state.world;
  if (!keep || state.recall === 'done') return false;
  const tokens = tokensIn(await keep.record.take());
  const found: Held[] = [];
  for (const each of tokens) {
    const held = each.isOurs ? await stillThere(state, each) : undefined;
    if (held) found.push(held);
  }
  state.recall = 'done';
  state.recalled = tokens;
  const last = found.at(-1);
  const isInUse = last !== undefined && last.id === tokens.at(-1)?.id && !keep.renounced.includes(last.id);
  state.retired = isInUse ? found.slice(0, -1) : found;
  if (!isInUse) return false;
  adopt(last);
  log.info({ identity: state.login.identity }, 'the Vault token of an earlier agent of this pod is taken over');
  return true;
}

/** Its time is counted as if the whole of it had been granted when it would have to be, to end when it does. */
async function stillThere(
  { requests, nowMs, end }: SessionState,
  { id, value, kind, fullMs }: KeptToken,
): Promise<Held | undefined> {
  const askedAtMs = nowMs();
  const found = await requests.describe(value, end.signal);
  if (!found) return undefined;
  const leftMs = found.ttlSeconds * 1_000;
  const wholeMs = leftMs === 0 ? 0 : Math.max(fullMs, leftMs);
  const sentAtMs = askedAtMs - (wholeMs - leftMs);
  const isRenewable = found.isRenewable && kind === 'service';
  return {
    ...{ id, token: { ...found, kind, isOurs: true } },
    life: { sentAtMs, grantedMs: wholeMs, fullMs: wholeMs, isRenewable, isOurs: true },
    loggedInAtMs: sentAtMs,
  };
}

function kept(id: string, { value, kind, isOurs }: VaultToken, fullMs: number): KeptToken {
  return { id, value, kind, isOurs, fullMs };
}

/** Those of a record that has the form it should have; none otherwise. */
function tokensIn(record: unknown): readonly KeptToken[] {
  if (typeof record !== 'object' || record === null || !('tokens' in record) || !Array.isArray(record.tokens)) return [];
  return record.tokens.flatMap((each: Readonly<Record<string, unknown>> | null): readonly KeptToken[] => {
    const { id, value, kind, isOurs, fullMs } = each ?? {};
    if (typeof id !== 'string' || !(value instanceof SecretValue) || typeof fullMs !== 'number') return [];
    return [{ id, value, kind: kind === 'batch' ? 'batch' : 'service', isOurs: isOurs === true, fullMs }];
  });
}
