import { createHash, randomUUID } from 'node:crypto';
import { AwsFailure, account, type Caller, type Input, type Operation, page, text, texts } from './aws-double-wire.ts';

/** A value alone, or a secret with all that a test may want to say of it. */
export type SecretInput = string | Uint8Array | SecretRecord;

export interface SecretPayload {
  readonly text?: string;
  readonly binary?: Uint8Array;
}

export interface SecretRecord extends SecretPayload {
  /** Further versions by id, with their staging labels. */
  readonly versions?: Readonly<Record<string, SecretPayload & { readonly stages?: readonly string[] }>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly arn?: string;
  /** The id of the AWSCURRENT version. */
  readonly versionId?: string;
  /** When it means to rotate at the latest, in ms since the epoch. */
  readonly rotatesAt?: number;
  /** Scheduled for deletion: reads answer InvalidRequestException, lists leave it out. */
  readonly deleted?: true;
  /** Reads answer this error, such as DecryptionFailure. */
  readonly fails?: string;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly deleted: boolean;
  readonly rotatesAt: number | undefined;
  readonly fails: string | undefined;
  readonly versions: Map<string, SecretPayload & { readonly stages: Set<string> }>;
}

export interface SecretsManager {
  readonly set: (name: string, input: SecretInput | null) => void;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The reading half of Secrets Manager. `pageSize` cuts lists; `region` is for ARNs. */
export function secretsManager(region: string, pageSize: number | undefined): SecretsManager {
  const secrets = new Map<string, Secret>();
  return {
    set(name, input) {
      const old = secrets.get(name);
      if (input === null) secrets.delete(name);
      else secrets.set(name, made(name, region, old, input));
    },
    operations: {
      GetSecretValue: (input, caller) => getValue(text(input['SecretId']), input, caller),
      DescribeSecret: (input, caller) => describe(text(input['SecretId']), caller),
      BatchGetSecretValue: batch,
      ListSecrets: (input, caller) => {
        caller.mustBeAllowed('secretsmanager:ListSecrets', '*');
        const listed = page(filtered(input), input, pageSize ?? 100);
        return { SecretList: listed.items.map(summary), ...listed.next };
      },
    },
  };

  function batch(input: Input, caller: Caller): Input {
    caller.mustBeAllowed('secretsmanager:BatchGetSecretValue', '*');
    const ids = texts(input['SecretIdList']);
    if (input['SecretIdList'] && input['Filters']) throw invalidParameter('Either SecretIdList or Filters, not both.');
    if (ids.length > 20) throw invalidParameter('SecretIdList has more than 20 members.');
    if (ids.length > 0) {
      if (input['MaxResults'] !== undefined) throw invalidParameter('MaxResults goes with Filters only.');
      return answers(ids, caller);
    }
    if (!input['Filters']) throw invalidParameter('You must provide SecretIdList or Filters.');
    caller.mustBeAllowed('secretsmanager:ListSecrets', '*');
    const listed = page(filtered(input), input, pageSize ?? 20);
    const found = answers(
      listed.items.map((secret) => secret.arn),
      caller,
    );
    return { ...found, ...listed.next };
  }

  function answers(ids: readonly string[], caller: Caller): Input {
    const values: Input[] = [];
    const errors: Input[] = [];
    for (const id of new Set(ids)) {
      try {
        values.push(getValue(id, {}, caller));
      } catch (error) {
        if (!(error instanceof AwsFailure)) throw error;
        errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues: values, Errors: errors };
  }

  function getValue(id: string, input: Input, caller: Caller): Input {
    const secret = find(id, 'secretsmanager:GetSecretValue', caller);
    if (secret.deleted) throw markedForDeletion();
    if (secret.fails) throw new AwsFailure(secret.fails, `The secret can't be read now: ${secret.fails}.`);
    const [versionId, version] = versionOf(secret, text(input['VersionId']), text(input['VersionStage']));
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      ...(version.text === undefined ? {} : { SecretString: version.text }),
      ...(version.binary === undefined ? {} : { SecretBinary: Buffer.from(version.binary).toString('base64') }),
      VersionStages: [...version.stages],
      CreatedDate: 1_700_000_000.5,
    };
  }

  function describe(id: string, caller: Caller): Input {
    return summary(find(id, 'secretsmanager:DescribeSecret', caller));
  }

  function summary(secret: Secret): Input {
    const labelled = [...secret.versions].filter(([, { stages }]) => stages.size > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
      VersionIdsToStages: Object.fromEntries(labelled.map(([versionId, { stages }]) => [versionId, [...stages]])),
      ...(secret.rotatesAt === undefined ? {} : { RotationEnabled: true, NextRotationDate: secret.rotatesAt / 1_000 }),
      ...(secret.deleted ? { DeletedDate: 1_700_000_000 } : {}),
    };
  }

  /** By name, ARN, or ARN without its six random characters. What may not be read is denied before it is looked for, as IAM does. */
  function find(id: string, action: string, caller: Caller): Secret {
    const secret = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -7) === id);
    caller.mustBeAllowed(action, secret?.name ?? id);
    if (!secret) throw new AwsFailure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  /** As AWS filters: AND between filters, OR between values, prefixes, `!` negates; a tag's key and value are not paired. */
  function filtered(input: Input): readonly Secret[] {
    const filters = Array.isArray(input['Filters']) ? input['Filters'] : [];
    const listed = [...secrets.values()].filter((secret) => !secret.deleted);
    return listed.filter((secret) => filters.every(({ Key, Values }) => holds(secret, text(Key), texts(Values))));
  }
}

function holds(secret: Secret, key: string, values: readonly string[]): boolean {
  const candidates: Readonly<Record<string, readonly string[]>> = {
    name: [secret.name],
    'tag-key': Object.keys(secret.tags),
    'tag-value': Object.values(secret.tags),
  };
  const texts = candidates[key];
  if (!texts) throw invalidParameter(`The filter ${key} is not known.`);
  return values.some((value) => {
    const negated = value.startsWith('!');
    const prefix = negated ? value.slice(1) : value;
    return texts.some((each) => each.startsWith(prefix)) !== negated;
  });
}

function versionOf(secret: Secret, id: string, stage: string): readonly [string, SecretPayload & { stages: Set<string> }] {
  const wanted = id === '' && stage === '' ? 'AWSCURRENT' : stage;
  const match = [...secret.versions].find(
    ([versionId, { stages }]) => (id === '' || versionId === id) && (wanted === '' || stages.has(wanted)),
  );
  if (match) return match;
  if (id !== '' && stage !== '') throw new AwsFailure('InvalidRequestException', 'VersionId and VersionStage do not match.');
  const what = id === '' ? `staging label: ${wanted}` : `VersionId: ${id}`;
  throw new AwsFailure('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

/** A new value becomes AWSCURRENT, and what was that becomes AWSPREVIOUS. */
function made(name: string, region: string, old: Secret | undefined, input: SecretInput): Secret {
  const record: SecretRecord =
    typeof input === 'string' ? { text: input } : input instanceof Uint8Array ? { binary: input } : input;
  const versions: Secret['versions'] = new Map();
  for (const [id, { stages, ...payload }] of old?.versions ?? [])
    versions.set(id, { ...payload, stages: new Set(stages.has('AWSCURRENT') ? ['AWSPREVIOUS'] : []) });
  if (record.text !== undefined || record.binary !== undefined) {
    const { text, binary } = record;
    const payload = { ...(text === undefined ? {} : { text }), ...(binary === undefined ? {} : { binary }) };
    versions.set(record.versionId ?? randomUUID(), { ...payload, stages: new Set(['AWSCURRENT']) });
  }
  for (const [id, { stages = [], ...payload }] of Object.entries(record.versions ?? {}))
    versions.set(id, { ...payload, stages: new Set(stages) });
  const suffix = createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, 'x').slice(0, 6);
  return {
    name,
    arn: record.arn ?? old?.arn ?? `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`,
    tags: record.tags ?? old?.tags ?? {},
    deleted: record.deleted ?? false,
    rotatesAt: record.rotatesAt ?? old?.rotatesAt,
    fails: record.fails,
    versions,
  };
}

function invalidParameter(message: string): AwsFailure {
  return new AwsFailure('InvalidParameterException', message);
}

function markedForDeletion(): AwsFailure {
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  return new AwsFailure('InvalidRequestException', message);
}
