import { AgentError } from '../../core/agent-error.ts';
import type { Answer, FoundAnswer, ObjectRef } from '../../core/object-ref.ts';
import type { Wanted } from './requests.ts';

/** Names of errors that are ESO's NoSecret (eso.md 1.5); a secret marked for deletion counts only as InvalidParameterException. */
const noSecret = ['ResourceNotFoundException', 'InvalidParameterException', 'ParameterNotFound'];

/** Reads one object; what it throws becomes its answer. */
export async function answered(read: () => Promise<FoundAnswer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    return answerOfError(error);
  }
}

/** The same, where ESO takes a missing object for a plain error: reading tags (eso.md 1.5). */
export async function answeredPlainly(read: () => Promise<FoundAnswer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AgentError) return { kind: 'failed', error };
    throw error;
  }
}

/** `missing` only where the store said so in one of ESO's ways; anything that isn't an AgentError is a bug and is thrown on. */
export function answerOfError(error: unknown): Answer {
  if (!(error instanceof AgentError)) throw error;
  const isMissing = error.code === 'SECRET_MISSING' && noSecret.includes(error.serverCode ?? '');
  return isMissing ? { kind: 'missing', reason: error.message } : { kind: 'failed', error };
}

export type RefAnswer = readonly [ObjectRef, Answer];

/** One answer for every ref of one object. */
export function spread(answers: ReadonlyMap<string, Answer>, wanted: readonly Wanted<string>[]): readonly RefAnswer[] {
  return wanted.flatMap(({ object, refs }) => {
    const answer = answers.get(object);
    return answer ? refs.map((ref) => [ref, answer] as const) : [];
  });
}

/** Reads objects each on its own. */
export async function eachOnItsOwn<T>(
  wanted: readonly Wanted<T>[],
  read: (object: T) => Promise<Answer>,
): Promise<readonly RefAnswer[]> {
  const answers = wanted.map(async ({ object, refs }) => {
    const answer = await read(object);
    return refs.map((ref) => [ref, answer] as const);
  });
  return (await Promise.all(answers)).flat();
}
