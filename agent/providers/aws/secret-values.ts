import type {
  APIErrorType,
  BatchGetSecretValueCommandOutput,
  GetSecretValueCommandOutput,
  SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import type { Round } from '../../clients/aws/caller.ts';
import { agentErrorOf, failureOf } from '../../clients/aws/errors.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Answer, FoundAnswer } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { answered, answerOfError } from './answers.ts';
import { fewSecrets, inBatches, type SecretVersion, secretBatch } from './requests.ts';
import { type SecretApi, secretsManagerName } from './secret-api.ts';

/** Reads values: a few one by one, many in batches. */
export interface SecretReader {
  /** The current value of each id. */
  readonly current: (ids: readonly string[], round: Round) => Promise<ReadonlyMap<string, Answer>>;
  /** False once AWS refused this identity a batch. */
  readonly batches: { allowed: boolean };
  readonly pinned: (version: SecretVersion, round: Round) => Promise<Answer>;
  /** What an entry of a batch's `Errors` means; undefined: only a read of its own can tell. */
  readonly entryError: (entry: APIErrorType) => AgentError | undefined;
}

export function secretReader(api: SecretApi, storeId: string): SecretReader {
  /** Most roles may not batch (aws.md 2.2). Told once, it is not asked again: permissions of a running pod rarely grow. */
  const batches = { allowed: true };

  return { current, batches, pinned: one, entryError };

  async function current(ids: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    if (ids.length <= fewSecrets) return oneByOne(ids, round);
    const answers = await Promise.all(inBatches(ids, secretBatch).map((batch) => inOneCall(batch, round)));
    return new Map(answers.flatMap((batch) => [...batch]));
  }

  async function oneByOne(ids: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    const selector = { VersionStage: 'AWSCURRENT' };
    return new Map(await Promise.all(ids.map(async (id) => [id, await one({ id, selector }, round)] as const)));
  }

  function one(version: SecretVersion, round: Round): Promise<Answer> {
    return answered(async () => foundIn(await api.value(version, round), version.id, storeId));
  }

  async function inOneCall(ids: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    if (!batches.allowed || ids.length === 1) return oneByOne(ids, round);
    try {
      const answers = reconciled(ids, await api.values(ids, round));
      const rest = ids.filter((id) => !answers.has(id));
      return new Map([...answers, ...(await oneByOne(rest, round))]);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      const failure = errorClass(error);
      if (failure === 'denied') batches.allowed = false;
      // One bad name fails the whole batch, and batches have a hundredth of the quota of single reads: these may still go well.
      if (failure !== 'auth' && !round.stopped && !round.signal.aborted) return oneByOne(ids, round);
      return new Map(ids.map((id) => [id, answerOfError(error)]));
    }
  }

  /** HTTP 200 is not success: what is in neither list, or failed for a passing reason, has no answer yet (aws.md 2.2). */
  function reconciled(ids: readonly string[], output: BatchGetSecretValueCommandOutput): ReadonlyMap<string, Answer> {
    const answers = new Map<string, Answer>();
    for (const id of ids) {
      const entry = output.SecretValues?.find((each) => isOf(each, id));
      const failed = output.Errors?.find((each) => each.SecretId === id);
      if (entry) answers.set(id, foundOrFailed(entry, id));
      else if (failed) {
        const error = entryError(failed);
        if (error) answers.set(id, answerOfError(error));
      }
    }
    return answers;
  }

  function foundOrFailed(entry: SecretValueEntry, id: string): Answer {
    try {
      return foundIn(entry, id, storeId);
    } catch (error) {
      return answerOfError(error);
    }
  }

  function entryError({ SecretId = '', ErrorCode = '', Message = '' }: APIErrorType): AgentError | undefined {
    const failure = failureOf({ name: ErrorCode, message: Message });
    if (failure.meaning.remedy || failure.name === '') return undefined;
    return agentErrorOf(failure, { service: secretsManagerName, store: storeId, operation: 'GetSecretValue', subject: SecretId });
  }
}

/** By name, ARN, or ARN without its six random characters. */
function isOf({ Name, ARN = '' }: SecretValueEntry, id: string): boolean {
  return Name === id || ARN === id || (id.startsWith('arn:') && ARN.slice(0, -'-XXXXXX'.length) === id);
}

/**
 * The value: the text, else the bytes; a property is read from the bytes, else the text (eso.md 2.4). AWS gives one of the two. Throws
 * STORE_ANSWER_INVALID when there is neither.
 */
export function foundIn(output: GetSecretValueCommandOutput | SecretValueEntry, id: string, storeId: string): FoundAnswer {
  const { SecretString, SecretBinary, VersionId } = output;
  const text = typeof SecretString === 'string' ? SecretValue.ofText(SecretString) : undefined;
  const binary = SecretBinary instanceof Uint8Array ? new SecretValue(SecretBinary) : undefined;
  const value = text ?? binary;
  if (!value)
    throw new AgentError('STORE_ANSWER_INVALID', `${storeId}: ${secretsManagerName} answered neither text nor bytes for ${id}`);
  const version = VersionId ?? '';
  return { kind: 'found', value, version, versionName: version, ...(text && binary ? { propertyValue: binary } : {}) };
}
