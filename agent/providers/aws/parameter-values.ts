import type { GetParametersCommandOutput, Parameter } from '@aws-sdk/client-ssm';
import type { Round } from '../../clients/aws/caller.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Answer, FoundAnswer } from '../../core/object-ref.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { answered, answerOfError } from './answers.ts';
import { type ParameterApi, parameterStoreName } from './parameter-api.ts';
import { inBatches, parameterBatch } from './requests.ts';

/** Reads parameters by name with selector, in as few calls as this identity may use. */
export interface ParameterReader {
  /** In batches of ten. */
  readonly many: (names: readonly string[], round: Round) => Promise<ReadonlyMap<string, Answer>>;
  readonly one: (name: string, round: Round) => Promise<Answer>;
}

/**
 * ssm:GetParameter and ssm:GetParameters are different permissions, and roles often have one of the two: each stands in for the other. IAM
 * refuses a whole batch for one name in it that may not be read, so such names are remembered and asked alone.
 */
export function parameterReader(api: ParameterApi, storeId: string): ParameterReader {
  const may = { single: true, batch: true };
  const deniedLast = new Set<string>();

  return { many, one };

  async function many(names: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    const alone = names.filter((name) => !may.batch || deniedLast.has(name));
    const together = inBatches(
      names.filter((name) => may.batch && !deniedLast.has(name)),
      parameterBatch,
    );
    const answers = await Promise.all([oneByOne(alone, round), ...together.map((batch) => inOneCall(batch, round))]);
    return new Map(answers.flatMap((each) => [...each]));
  }

  async function oneByOne(names: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    return new Map(await Promise.all(names.map(async (name) => [name, await one(name, round)] as const)));
  }

  async function inOneCall(names: readonly string[], round: Round): Promise<ReadonlyMap<string, Answer>> {
    const [only] = names;
    if (names.length === 1 && only !== undefined) return new Map([[only, await one(only, round)]]);
    try {
      const found = matched(names, await api.values(names, round), storeId);
      // `InvalidParameters` says neither missing nor denied, and what is in neither list says nothing: a read of its own tells.
      const rest = names.filter((name) => !found.has(name));
      return new Map([...found, ...(await oneByOne(rest, round))]);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      const failure = errorClass(error);
      // One name that isn't valid refuses the batch, as one that may not be read does.
      if (failure !== 'denied' && failure !== 'invalid') return new Map(names.map((name) => [name, answerOfError(error)]));
      const answers = await oneByOne(names, round);
      // Each may be read alone, or is known to be missing: it is the batch that this identity may not use.
      if (failure === 'denied' && may.single && [...answers.values()].every(({ kind }) => kind !== 'failed')) may.batch = false;
      return answers;
    }
  }

  async function one(name: string, round: Round): Promise<Answer> {
    const answer = may.single ? await bySingle(name, round) : await byBatchOfOne(name, round);
    if (isDenied(answer)) deniedLast.add(name);
    else deniedLast.delete(name);
    return answer;
  }

  async function bySingle(name: string, round: Round): Promise<Answer> {
    const answer = await answered(async () => foundIn((await api.value(name, round)).Parameter, name, storeId));
    if (!isDenied(answer) || !may.batch) return answer;
    const other = await byBatchOfOne(name, round);
    if (other.kind !== 'found') return answer;
    may.single = false;
    return other;
  }

  function byBatchOfOne(name: string, round: Round): Promise<Answer> {
    return answered(async () => {
      const output = await api.values([name], round);
      const [parameter] = output.Parameters ?? [];
      if (parameter || !output.InvalidParameters?.includes(name)) return foundIn(parameter, name, storeId);
      // Without ssm:GetParameter there is no way to tell: not to be taken for missing, or files would be deleted.
      throw new AgentError(
        'ACCESS_DENIED',
        `${storeId}: ${parameterStoreName} has no ${name}, or does not let this identity read it`,
        {
          hint: 'Allow ssm:GetParameter as well: it tells a missing parameter from a denied one.',
        },
      );
    });
  }
}

function isDenied(answer: Answer): boolean {
  return answer.kind === 'failed' && errorClass(answer.error) === 'denied';
}

/**
 * The answers of a batch, by what was asked. They come in alphabetical order, and two selectors of one name differ only in `Selector`
 * (aws.md 3.1); what was asked by ARN is known by its ARN.
 */
function matched(
  names: readonly string[],
  { Parameters = [] }: GetParametersCommandOutput,
  storeId: string,
): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const parameter of Parameters) {
    const selector = parameter.Selector ?? '';
    const asked = [parameter.Name, parameter.ARN].map((id) => `${id}${selector}`).find((id) => names.includes(id));
    if (asked === undefined) continue;
    try {
      answers.set(asked, foundIn(parameter, asked, storeId));
    } catch (error) {
      answers.set(asked, answerOfError(error));
    }
  }
  return answers;
}

/** A value is always text, a StringList its comma-separated text. Throws STORE_ANSWER_INVALID when there is none. */
export function foundIn(parameter: Parameter | undefined, name: string, storeId: string): FoundAnswer {
  if (typeof parameter?.Value !== 'string')
    throw new AgentError('STORE_ANSWER_INVALID', `${storeId}: ${parameterStoreName} answered no value for ${name}`);
  const version = String(parameter.Version ?? '');
  return { kind: 'found', value: SecretValue.ofText(parameter.Value), version, versionName: version };
}
