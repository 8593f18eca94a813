import type { AwsData } from '../servers/aws-double.ts';
import type { ParameterInput } from '../servers/aws-double-parameters.ts';
import type { SecretInput } from '../servers/aws-double-secrets.ts';
import { bytesOf, type Fields, fields, textOr } from './fields.ts';

/** The names that a search of the case finds, or the keys that it reads. */
export function sampleNames(input: Fields): readonly string[] {
  const { find, path, data, key = 'k', prefix = '' } = input;
  if (find) {
    const { name, path: inFind } = fields(find);
    const literal = /^\^?([\w/.-]*)/.exec(textOr(typeof name === 'string' ? name : fields(name)['regexp'], ''))?.[1] ?? '';
    const base = textOr(path ?? inFind, '');
    const start = literal.startsWith(base) ? literal : `${base}/${literal}`.replaceAll('//', '/');
    return ['one', 'two', 'three'].map((each) => `${start}${each}`);
  }
  const keys = Array.isArray(data) ? data.map((entry) => textOr(fields(entry)['key'], 'k')) : [textOr(key, 'k')];
  return [...new Set(keys)].map((each) => `${textOr(prefix, '')}${each}`);
}

/** What the services hold, so that the case can be seen: its objects under `names`, and others that it must not find. */
export const withData = {
  secrets(input: Fields, names: readonly string[]): AwsData {
    const secret = secretOf(input);
    return { secrets: { ...Object.fromEntries(names.map((name) => [name, secret])), 'zz-other': 'other', 'zz-more': 'more' } };
  },
  parameters(input: Fields, names: readonly string[]): AwsData {
    const parameter: ParameterInput = { value: textOf(input), tags: tagsOf(input), ...labelled(input) };
    return {
      parameters: { ...Object.fromEntries(names.map((name) => [name, parameter])), '/zz-other': 'other', '/zz-more': 'more' },
    };
  },
};

function secretOf(input: Fields): SecretInput {
  const version = textOr(input['version'], '');
  const binary = input['SecretBinary'] === undefined ? undefined : bytesOf(input['SecretBinary']);
  const payload = { ...(binary ? { binary } : {}), ...(binary && !('SecretString' in input) ? {} : { text: textOf(input) }) };
  const isId = version.startsWith('uuid/');
  const isStage = version !== '' && version !== 'AWSCURRENT' && !isId;
  return {
    ...payload,
    tags: tagsOf(input),
    ...(isId ? { versionId: version.slice('uuid/'.length) } : {}),
    ...(isStage ? { versions: { other: { ...payload, stages: [version] } } } : {}),
  };
}

/** Unless the case says what: a JSON object with every property that it asks for. */
function textOf(input: Fields): string {
  const given = input['SecretString'] ?? input['value'] ?? input['payload'] ?? input['Value'];
  if (given !== undefined) return bytesOf(given).toString('utf8');
  const entries = Array.isArray(input['data']) ? input['data'].map(fields) : [input];
  return JSON.stringify(Object.fromEntries(entries.flatMap(({ property }) => (property ? [[property, 'v']] : []))));
}

function tagsOf(input: Fields): Readonly<Record<string, string>> {
  const tags = Object.entries(fields(input['tags'] ?? fields(input['find'])['tags']));
  return Object.fromEntries(tags.map(([key, value]) => [key, textOr(value, '')]));
}

function labelled({ version }: Fields): { readonly labels?: readonly string[] } {
  return typeof version === 'string' && !/^\d*$/.test(version) ? { labels: [version] } : {};
}
