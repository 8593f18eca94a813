import type { DynamicRequest } from '../core/generator.ts';
import { type GoJson, writeGoJson } from '../core/go-json.ts';
import { plainDecimal } from '../core/plain-decimal.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';

/**
 * The part of an answer that `resultType` names, as entries (eso.md 3.2): texts as they are, null as nothing, nested values as JSON. Numbers
 * of `Data` keep their digits; ESO takes `Auth` and `Raw` apart a second time, and there they are floats. Undefined: the answer has no such
 * part.
 */
export function membersOf(body: GoJson | undefined, resultType: DynamicRequest['resultType']): Entries | undefined {
  if (!(body instanceof Map)) return undefined;
  switch (resultType) {
    case 'Data': {
      const data = body.get('data');
      return data instanceof Map ? entriesOf(data, 'literal') : undefined;
    }
    case 'Auth': {
      const auth = body.get('auth');
      return auth instanceof Map ? entriesOf(named(auth, ofAuth), 'float') : undefined;
    }
    case 'Raw':
      return entriesOf(named(body, ofAnswer, ofAnswerWhereGiven), 'float');
  }
}

/** Members of the types that Vault's Go client decodes into; what else a server sends is not among them. */
const ofAuth = [
  ...['client_token', 'accessor', 'policies', 'token_policies', 'identity_policies', 'metadata', 'orphan', 'entity_id'],
  ...['lease_duration', 'renewable', 'mfa_requirement'],
];
const ofAnswer = ['request_id', 'lease_id', 'lease_duration', 'renewable', 'data', 'warnings'];
const ofAnswerWhereGiven = ['auth', 'wrap_info', 'mount_type'];

function named(
  members: ReadonlyMap<string, GoJson>,
  always: readonly string[],
  whereGiven: readonly string[] = [],
): ReadonlyMap<string, GoJson> {
  const given = whereGiven.filter((name) => ![undefined, null, ''].some((nothing) => members.get(name) === nothing));
  return new Map([...always, ...given].map((name) => [name, members.get(name) ?? null]));
}

function entriesOf(members: ReadonlyMap<string, GoJson>, numbers: 'literal' | 'float'): Entries {
  return new Map(
    [...members].map(([key, value]) => [
      Buffer.from(key, 'latin1').toString('utf8'),
      new SecretValue(Buffer.from(bytesOf(value, numbers), 'latin1')),
    ]),
  );
}

function bytesOf(value: GoJson, numbers: 'literal' | 'float'): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'literal' in value) return numbers === 'literal' ? value.literal : plainDecimal(value.value);
  return writeGoJson(value, { html: 'escaped', numbers });
}
