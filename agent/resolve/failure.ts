import { AgentError } from '../core/agent-error.ts';

/** Something about the values, not about the store. Whoever knows the place puts it in front of the message. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** The entry's object, or what is read from it, does not exist: ESO's NoSecret, which deletionPolicy may soften. */
export class NoSecret extends Error {
  override readonly name = 'NoSecret';
}

/** Runs `work`; a Failure becomes RESOLVE_FAILED with `place` in front. NoSecret and the store's own errors pass. */
export function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw new AgentError('RESOLVE_FAILED', `${place}: ${error.message}`);
    throw error;
  }
}
