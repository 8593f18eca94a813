import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { agentErrorOf, type Failure, failureOf } from './errors.ts';

/** One call of a store's API. */
export interface Request<T> {
  /** As the API names it. */
  readonly operation: string;
  /** The secret or parameter it is about; '' where it names none. */
  readonly subject: string;
  readonly send: (signal: AbortSignal) => Promise<T>;
  /** `alone`: its failure says nothing of the store's other calls, because something else will be tried; tried twice at most. */
  readonly failure?: 'alone';
}

/** Where calls go, and who hears of them. */
export interface Counterpart {
  /** Id of the store, such as `SecretStore/aws`. */
  readonly store: string;
  /** Such as `AWS Secrets Manager`. */
  readonly service: string;
  readonly effects: Pick<Effects, 'clock' | 'onRequest'>;
}

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly error: AgentError };

/** Sends once and tells metrics. Throws an AgentError where nothing was sent (no credentials) or the time is over. */
export async function attempt<T>(request: Request<T>, to: Counterpart, signal: AbortSignal): Promise<Outcome<T>> {
  if (signal.aborted) throw givenUp(request, to);
  const { clock, onRequest } = to.effects;
  const startedAt = clock.now();
  const tell = (outcome: 'ok' | ReturnType<typeof errorClass>): void =>
    onRequest({
      store: to.store,
      operation: request.operation,
      class: outcome,
      seconds: Math.max(0, clock.now() - startedAt) / 1000,
    });
  try {
    const value = await request.send(signal);
    tell('ok');
    return { kind: 'done', value };
  } catch (thrown) {
    if (thrown instanceof AgentError) throw thrown;
    if (signal.aborted) throw givenUp(request, to);
    const failure = failureOf(thrown);
    const { operation, subject } = request;
    const error = agentErrorOf(failure, { service: to.service, store: to.store, operation, subject });
    tell(errorClass(error));
    return { kind: 'failed', failure, error };
  }
}

function givenUp({ operation, subject }: Request<unknown>, { store, service }: Counterpart): AgentError {
  const about = subject === '' ? '' : ` of ${subject}`;
  return new AgentError('STORE_UNAVAILABLE', `${store}: ${operation}${about} at ${service} was given up: its time is over`);
}
