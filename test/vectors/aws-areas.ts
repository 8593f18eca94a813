import { NoSecret } from '../../agent/resolve/failure.ts';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { callsOf, requestOf } from './aws-calls.ts';
import { sampleNames, withData } from './aws-samples.ts';
import { type Fields, fields, textOr } from './fields.ts';
import type { Adapter } from './operations.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { refreshedOutcome } from './refreshed.ts';

const services = {
  SecretsManager: { read: 'GetSecretValue', data: withData.secrets },
  ParameterStore: { read: 'GetParameter', data: withData.parameters },
} as const;

/** The real provider, over HTTP, against the double that holds what the case describes; its calls are those that the double saw. */
export const secretsManagerArea: Adapter = (input, expect) => area('SecretsManager', input, expect);
export const parameterStoreArea: Adapter = (input, expect) => area('ParameterStore', input, expect);

type Service = keyof typeof services;

async function area(service: Service, input: Fields, expect: Fields): Promise<Outcome> {
  const names = sampleNames(input);
  const double = await startAwsDouble({ ...services[service].data(input, names), pageSize: 2 });
  try {
    if (typeof input['error'] === 'string') return await errors(double, service, input, expect);
    if (isDenied(input, expect)) double.deny({ action: 'ssm:GetParametersByPath' });
    const outcome = await outcomeOf(() => refresh(double, service, input, expect));
    if ('request' in expect)
      return { kind: 'facts', facts: { request: requestOf(double.calls, services[service].read, expect['request']) } };
    if ('calls' in expect) return { kind: 'facts', facts: { calls: callsOf(double.calls, names, expect['calls'], outcome) } };
    return outcome;
  } finally {
    await double.close();
  }
}

/** A case about what comes after a refusal to read a whole path. */
function isDenied(input: Fields, expect: Fields): boolean {
  return input['accessDenied'] === true || JSON.stringify(expect['calls'] ?? '').includes('AccessDenied');
}

function refresh(double: AwsDouble, service: Service, input: Fields, expect: Fields): Promise<Outcome> {
  const provider = { aws: { service, region: 'eu-west-1', prefix: textOr(input['prefix'], '') } };
  return refreshedOutcome(externalSecretOf(input, expect), provider, { effects: { env: double.env }, expect });
}

/** A search, several entries, an extract, or one entry called `value`. */
function externalSecretOf(input: Fields, expect: Fields): Fields {
  const { find, path, data, key = 'k', property, version, metadataPolicy } = input;
  const target = { deletionPolicy: input['deletionPolicy'] };
  if (find) {
    const { name, path: inFind, ...query } = fields(find);
    const base = path ?? inFind;
    const regexp = typeof name === 'string' ? { name: { regexp: name } } : name === undefined ? {} : { name };
    return { target, dataFrom: [{ find: { ...query, ...regexp, ...(base ? { path: base } : {}) } }] };
  }
  if (Array.isArray(data)) {
    return {
      target,
      data: data.map(fields).map(({ secretKey, ...remoteRef }, index) => ({ secretKey: secretKey ?? `k${index}`, remoteRef })),
    };
  }
  const remoteRef = { key, property, version, metadataPolicy };
  return 'map' in expect ? { target, dataFrom: [{ extract: remoteRef }] } : { target, data: [{ secretKey: 'value', remoteRef }] };
}

/**
 * `NAME`, or `NAME/NAME whose message contains "..."`: what a read makes of each of these errors. NoSecret is what deletionPolicy Merge
 * tolerates. Where the expectation is a sentence, it says which of the errors alone is NoSecret.
 */
async function errors(double: AwsDouble, service: Service, input: Fields, expect: Fields): Promise<Outcome> {
  const [, list = '', message = 'as the test says'] = /^([\w/]+)(?:.*"(.*)")?/.exec(textOr(input['error'], '')) ?? [];
  const outcomes = new Map<string, Outcome>();
  for (const name of list.split('/')) {
    const code = service === 'ParameterStore' || name.endsWith('Exception') ? name : `${name}Exception`;
    const fault = double.fault({ times: 1, trouble: { kind: 'error', code, message, status: 400 } });
    outcomes.set(code, await outcomeOf(() => refresh(double, service, { ...input, deletionPolicy: 'Merge' }, {})));
    fault.end();
  }
  const missing = [...outcomes].flatMap(([code, { kind }]) => (kind === 'map' ? [code] : []));
  const [only] = outcomes.values();
  if (outcomes.size === 1 && only) return missing.length === 1 ? { kind: 'error', error: new NoSecret() } : only;
  const wanted = textOr(expect['error'], '');
  const isAsWanted = missing.length === 1 && missing.every((code) => wanted.includes(code));
  return { kind: 'facts', facts: { error: isAsWanted ? wanted : `NoSecret only for: ${missing.join(', ')}` } };
}
