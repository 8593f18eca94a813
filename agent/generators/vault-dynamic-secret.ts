import type { VaultChannel } from '../auth/vault/authorised.ts';
import type { LeasingSession } from '../auth/vault/login.ts';
import { failureToAgentError } from '../clients/vault/errors.ts';
import { callWithRetries } from '../clients/vault/retries.ts';
import { type VaultAnswer, VaultFailure, type VaultRequest } from '../clients/vault/wire.ts';
import { AgentError, asAgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Generator } from '../core/generator.ts';
import type { Log } from '../core/log.ts';
import type { CredentialSource, IssueOutcome } from '../leases/source.ts';
import { lifeOf } from './answer-life.ts';
import { membersOf } from './members.ts';
import { vaultLeases } from './vault-leases.ts';

/** What a generator talks through; it closes client and session. */
export interface GeneratorChannel extends VaultChannel {
  readonly session: LeasingSession;
  readonly clock: Clock;
  readonly log: Log;
}

/** A generator of Vault or OpenBao: whatever its engine, one request gives a credential and tells of its life (eso.md 3.2). */
export function vaultDynamicSecret(generator: Generator, channel: GeneratorChannel): CredentialSource {
  const { session, client } = channel;
  return {
    start: async (signal) => void (await session.grip(signal)),
    issue: (before, signal) => issue(generator, channel, before, signal),
    ...vaultLeases(generator, channel),
    parentEndsAt: session.endsAt,
    canDropParent: session.canRevoke,
    renounceParent: session.renounce,
    dropParent: session.drop,
    async close(end) {
      await session.close(end); // Before the client: it may have a token to revoke.
      await client.close();
    },
  };
}

type Before = (parent: string) => Promise<void>;

async function issue(
  generator: Generator,
  channel: GeneratorChannel,
  before: Before,
  signal: AbortSignal,
): Promise<IssueOutcome> {
  try {
    return outcomeOf(generator, await answered(generator, channel, before, signal), channel.clock.now());
  } catch (caught) {
    if (!(caught instanceof VaultFailure)) {
      const error = asAgentError(caught, 'STORE_UNAVAILABLE', `${generator.id} could not be asked`);
      return { kind: 'failed', error, mayExist: false };
    }
    const { path, allowEmptyResponse } = generator.request;
    const about = { store: generator.id, operation: operationOf(generator), subject: path };
    const error = failureToAgentError(caught, about);
    if (error.code === 'SECRET_MISSING' && allowEmptyResponse) return outcomeOf(generator, undefined, channel.clock.now());
    // What Vault itself refused, or failed to make, is not there; an answer that never came may have been a credential.
    return { kind: 'failed', error, mayExist: caught.mayHaveArrived && caught.reason !== undefined };
  }
}

/** A dead token is replaced, once: a 403 made nothing (vault.md R-30). */
async function answered(
  generator: Generator,
  { client, session, retries }: GeneratorChannel,
  before: Before,
  signal: AbortSignal,
): Promise<VaultAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const { id, value } = await session.grip(signal);
    await before(id);
    try {
      return await callWithRetries(client, { ...requestOf(generator), token: value }, retries, signal);
    } catch (failure) {
      const isRefused = failure instanceof VaultFailure && failure.status === 403 && attempt === 1;
      if (!isRefused || !(await session.replaceIfDead(value, signal, failure.errors))) throw failure;
    }
  }
}

function requestOf(generator: Generator): VaultRequest {
  const { path, method, parameters, query } = generator.request;
  return {
    ...{ operation: operationOf(generator), subject: path, path, makes: 'lease' },
    method: method === 'write' ? 'POST' : method,
    ...(Object.keys(query).length > 0 && method === 'GET' ? { query } : {}),
    ...(method === 'write' ? { body: parameters ?? {} } : {}),
  };
}

function operationOf({ request }: Generator): string {
  return request.method === 'GET' ? 'read credential' : `${request.method.toLowerCase()} credential`;
}

function outcomeOf({ id, request }: Generator, answer: VaultAnswer | undefined, nowMs: number): IssueOutcome {
  const entries = membersOf(answer?.body, request.resultType);
  if (answer && entries) return { kind: 'issued', entries, ...lifeOf(answer, nowMs) };
  if (request.allowEmptyResponse)
    return { kind: 'issued', entries: new Map(), life: { kind: 'plain', isRenewable: false, grantedMs: 0 } };
  const error = new AgentError(
    'STORE_ANSWER_INVALID',
    `${id}: the answer of ${request.path} holds no ${request.resultType.toLowerCase()}`,
    { hint: 'Compare path, method and resultType with what the engine answers, or set allowEmptyResponse.' },
  );
  return { kind: 'failed', error, mayExist: false };
}
