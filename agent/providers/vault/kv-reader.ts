import { createSecretKey, randomBytes } from 'node:crypto';
import type { VaultAnswer } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import { type Answer, type ObjectRef, refId } from '../../core/object-ref.ts';
import type { KnownVersions } from '../provider.ts';
import type { VaultConfig } from './config.ts';
import { isOlder, type KvSubject, metadataOf, metadataValue, missing, secretOfV1, secretOfV2 } from './kv-answers.ts';
import type { KvCalls } from './kv-calls.ts';
import { type KvRequest, requestOf } from './requests.ts';

/** Reads objects of one store: each path and version once, however many refs name it. */
export interface KvReader {
  readonly read: (
    refs: readonly ObjectRef[],
    known: KnownVersions,
    calls: KvCalls,
  ) => Promise<readonly (readonly [ObjectRef, Answer])[]>;
  /** The value at a path of the API. Throws AgentErrors. */
  readonly value: (path: string, version: string, calls: KvCalls) => Promise<Answer>;
  /** Undefined: there is none. Throws AgentErrors. */
  readonly metadata: (path: string, calls: KvCalls) => Promise<ReadonlyMap<string, string> | undefined>;
}

export function kvReader(storeId: string, config: VaultConfig): KvReader {
  const hashKey = createSecretKey(randomBytes(32));
  /** An older version than the one held, as it was last read: when it comes again, it is no standby that is behind (vault.md R-68). */
  const older = new Map<string, string>();
  return { read, value, metadata };

  async function read(
    refs: readonly ObjectRef[],
    known: KnownVersions,
    calls: KvCalls,
  ): Promise<readonly (readonly [ObjectRef, Answer])[]> {
    const asked = new Map<string, Promise<Answer>>();
    const answers = refs.map(async (ref) => {
      const answer = await answered(async () => {
        const request = requestOf(config, ref);
        const id = JSON.stringify(request);
        const answering = asked.get(id) ?? answerTo(request);
        asked.set(id, answering);
        return answering;
      });
      return [ref, forward(answer, ref, known)] as const;
    });
    return Promise.all(answers);

    async function answerTo({ kind, path, version }: KvRequest): Promise<Answer> {
      if (kind === 'value') return value(path, version, calls);
      const found = await metadata(path, calls);
      // ESO takes this for a plain error, not for NoSecret.
      if (!found) throw new AgentError('SECRET_MISSING', `${storeId}: Vault has no ${path}`);
      return metadataValue(found);
    }
  }

  async function value(path: string, version: string, calls: KvCalls): Promise<Answer> {
    const subject: KvSubject = { storeId, path, version };
    const answer = await calls.read(path, version);
    if (!answer) return missing(subject);
    return config.version === 'v1' ? secretOfV1(answer, subject, hashKey) : secretOfV2(answer, subject);
  }

  async function metadata(path: string, calls: KvCalls): Promise<ReadonlyMap<string, string> | undefined> {
    const answer: VaultAnswer | undefined = await calls.read(path, '');
    return answer && metadataOf(answer, { storeId, path, version: '' });
  }

  /** The held version stays until the older one has come twice. */
  function forward(answer: Answer, ref: ObjectRef, known: KnownVersions): Answer {
    const id = refId(ref);
    const held = known.get(id);
    const isBehind = answer.kind === 'found' && held !== undefined && config.version === 'v2' && isOlder(answer.version, held);
    if (!isBehind) {
      older.delete(id);
      return answer;
    }
    if (older.get(id) === answer.version) return answer;
    older.set(id, answer.version);
    return { kind: 'unchanged' };
  }
}

async function answered(read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AgentError) return { kind: 'failed', error };
    throw error;
  }
}
