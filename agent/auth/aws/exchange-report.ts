import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';

/** Who asks, and what of the world it may use. */
export interface AwsWorld {
  /** For metrics and messages: the id of the store that the login is for. */
  readonly store: string;
  readonly effects: Effects;
}

/** Runs one exchange and tells the metrics how it went. */
export async function reported<T>({ store, effects }: AwsWorld, operation: string, run: () => Promise<T>): Promise<T> {
  const startedAt = effects.clock.now();
  const tell = (outcome: Parameters<Effects['onRequest']>[0]['class']): void =>
    effects.onRequest({ store, operation, class: outcome, seconds: (effects.clock.now() - startedAt) / 1000 });
  try {
    const result = await run();
    tell('ok');
    return result;
  } catch (error) {
    tell(error instanceof AgentError ? classOf(error) : 'invalid');
    throw error;
  }
}

function classOf(error: AgentError): Parameters<Effects['onRequest']>[0]['class'] {
  return error.code === 'IDENTITY_UNAVAILABLE' && error.serverCode === 'Throttling' ? 'throttled' : errorClass(error);
}
