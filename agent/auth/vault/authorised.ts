import { callWithRetries, type VaultRetries } from '../../clients/vault/retries.ts';
import { type VaultAnswer, type VaultClient, VaultFailure, type VaultRequest } from '../../clients/vault/wire.ts';
import type { VaultSession } from './login.ts';

/** What requests of one store or generator go through. */
export interface VaultChannel {
  readonly client: VaultClient;
  readonly session: Pick<VaultSession, 'token' | 'replaceIfDead'>;
  readonly retries: VaultRetries;
}

/** With the session's token; a dead one is replaced, once (vault.md R-30). Throws VaultFailure, and the login's AgentErrors. */
export async function authorised(request: VaultRequest, channel: VaultChannel, signal: AbortSignal): Promise<VaultAnswer> {
  const { client, session, retries } = channel;
  const token = await session.token(signal);
  try {
    return await callWithRetries(client, { ...request, token }, retries, signal);
  } catch (failure) {
    const isRefused = failure instanceof VaultFailure && failure.status === 403;
    if (!isRefused || !(await session.replaceIfDead(token, signal, failure.errors))) throw failure;
    return callWithRetries(client, { ...request, token: await session.token(signal) }, retries, signal);
  }
}
