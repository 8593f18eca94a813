import { authorised, type VaultChannel } from '../../auth/vault/authorised.ts';
import { slots } from '../../clients/slots.ts';
import { failureToAgentError } from '../../clients/vault/errors.ts';
import { type VaultAnswer, VaultFailure, type VaultRequest } from '../../clients/vault/wire.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { VaultConfig } from './config.ts';
import type { KvCalls } from './kv-calls.ts';
import { type Mounts, mountCheck } from './mount-check.ts';

/** One read or search. What fails for the store as a whole ends it: a store that is down isn't asked a thousand times. */
interface Round {
  readonly signal: AbortSignal;
  /** Failures of the network or the server, without a success in between. */
  failuresInARow: number;
  stopped: AgentError | undefined;
}

/** Vault answers in a millisecond or two; more at once would only queue there. */
const atOnce = 10;
const failuresToStop = 3;

/** The calls of one store's KV engine, a few at once. Gives the calls of one round. */
export function openKvApi(config: VaultConfig, channel: VaultChannel): (signal: AbortSignal) => KvCalls {
  const within = slots(atOnce);
  const mounts = mountCheck(config, channel.retries.store.id);
  const service = config.kind === 'openBao' ? 'OpenBao' : 'Vault';
  return (signal) => {
    const round: Round = { signal, failuresInARow: 0, stopped: undefined };
    return {
      read: (path, version) => {
        const what = { operation: 'read secret', subject: version === '' ? path : `${path} in version ${version}` };
        const query = version === '' ? {} : { query: { version } };
        return call({ ...what, method: 'GET', path, ...query }, round);
      },
      list: (path) => call({ operation: 'list secrets', subject: path, method: 'LIST', path }, round),
    };
  };

  function call(request: VaultRequest, round: Round): Promise<VaultAnswer | undefined> {
    return within(async () => {
      if (round.stopped) throw round.stopped;
      try {
        const answer = await orNothing(request, round.signal);
        round.failuresInARow = 0;
        return answer;
      } catch (error) {
        if (error instanceof AgentError) note(error, round);
        throw error;
      }
    });
  }

  async function orNothing(request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer | undefined> {
    try {
      return await authorised(request, channel, signal);
    } catch (failure) {
      if (!(failure instanceof VaultFailure)) throw failure;
      const { id: store } = channel.retries.store;
      const error = failureToAgentError(failure, { store, service, operation: request.operation, subject: request.subject });
      if (error.code !== 'SECRET_MISSING') throw error;
      await checkMount(mounts, request.path, signal);
      return undefined;
    }
  }

  /** Nothing is there: perhaps because nothing can be, the way that this mount is asked. */
  async function checkMount(check: Mounts, path: string, signal: AbortSignal): Promise<void> {
    const wrong = await check(path, (request) => authorised(request, channel, signal));
    if (wrong) throw wrong;
  }
}

function note(error: AgentError, round: Round): void {
  const kind = errorClass(error);
  if (kind === 'unavailable') round.failuresInARow += 1;
  const ends = kind === 'throttled' || kind === 'auth' || error.code === 'IDENTITY_UNAVAILABLE';
  if (ends || round.failuresInARow >= failuresToStop) round.stopped ??= error;
}
