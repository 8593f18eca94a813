import { AwsFailure, account, type Caller, type Input, type Operation, page, text, texts } from './aws-double-wire.ts';

export type ParameterInput = string | ParameterRecord;

export interface ParameterRecord {
  readonly value: string;
  readonly type?: 'String' | 'StringList' | 'SecureString';
  /** Put on the version that this makes. */
  readonly labels?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** GetParameters lists it as invalid whatever the truth is, as AWS does for some that may not be read. */
  readonly listedInvalid?: true;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly listedInvalid: boolean;
  /** The newest last; its number is its index plus one. */
  readonly versions: readonly { readonly value: string; readonly labels: readonly string[] }[];
}

export interface ParameterStore {
  readonly set: (name: string, input: ParameterInput | null) => void;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The reading half of SSM Parameter Store. */
export function parameterStore(region: string, pageSize: number | undefined): ParameterStore {
  const parameters = new Map<string, Parameter>();
  return {
    set(name, input) {
      if (input === null) parameters.delete(name);
      else parameters.set(name, made(name, parameters.get(name), typeof input === 'string' ? { value: input } : input));
    },
    operations: {
      GetParameter: (input, caller) => {
        const id = text(input['Name']);
        caller.mustBeAllowed('ssm:GetParameter', nameOf(id).name);
        return { Parameter: parameterOf(id, input) };
      },
      GetParameters: getMany,
      GetParametersByPath: getByPath,
      DescribeParameters: (input, caller) => {
        caller.mustBeAllowed('ssm:DescribeParameters', '*');
        const listed = page(sorted().filter(matcher(input['ParameterFilters'])), input, pageSize ?? 10);
        return {
          Parameters: listed.items.map(({ name, type, versions }) => described(name, type, versions.length)),
          ...listed.next,
        };
      },
      ListTagsForResource: (input, caller) => {
        const { name } = nameOf(text(input['ResourceId']));
        caller.mustBeAllowed('ssm:ListTagsForResource', name);
        const parameter = parameters.get(name);
        if (!parameter) throw new AwsFailure('InvalidResourceId', 'The resource ID is not valid.');
        return { TagList: Object.entries(parameter.tags).map(([Key, Value]) => ({ Key, Value })) };
      },
    },
  };

  function getMany(input: Input, caller: Caller): Input {
    const ids = texts(input['Names']);
    if (ids.length < 1 || ids.length > 10) throw new AwsFailure('ValidationException', 'Names must have 1 to 10 members.');
    if (new Set(ids).size < ids.length) throw new AwsFailure('ValidationException', 'Duplicate names are not allowed.');
    for (const id of ids) caller.mustBeAllowed('ssm:GetParameters', nameOf(id).name);
    const found: Input[] = [];
    const invalid: string[] = [];
    for (const id of ids) {
      try {
        if (parameters.get(nameOf(id).name)?.listedInvalid) invalid.push(id);
        else found.push(parameterOf(id, input));
      } catch (error) {
        if (!(error instanceof AwsFailure)) throw error;
        invalid.push(id);
      }
    }
    return { Parameters: found.sort((a, b) => (text(a['Name']) < text(b['Name']) ? -1 : 1)), InvalidParameters: invalid };
  }

  function getByPath(input: Input, caller: Caller): Input {
    const path = text(input['Path']);
    caller.mustBeAllowed('ssm:GetParametersByPath', path);
    if (!path.startsWith('/')) throw new AwsFailure('ValidationException', 'The parameter path must begin with a slash.');
    const listed = page(sorted().filter(isBelow(path, input['Recursive'] === true)), input, pageSize ?? 10);
    return { Parameters: listed.items.map(({ name }) => parameterOf(name, input)), ...listed.next };
  }

  function sorted(): readonly Parameter[] {
    return [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  function parameterOf(id: string, input: Input): Input {
    const { name, selector, isArn } = nameOf(id);
    // The ARNs of `db` and `/db` are the same.
    const parameter = parameters.get(name) ?? (isArn ? parameters.get(name.slice(1)) : undefined);
    if (!parameter) throw new AwsFailure('ParameterNotFound', '');
    const index = versionIndex(parameter, selector);
    const version = parameter.versions[index];
    if (!version)
      throw new AwsFailure('ParameterVersionNotFound', `Systems Manager could not find version ${selector} of ${name}.`);
    const sealed = parameter.type === 'SecureString' && input['WithDecryption'] !== true;
    return {
      ...described(parameter.name, parameter.type, index + 1),
      Value: sealed ? 'AQICAHh-ciphertext' : version.value,
      ...(selector === '' ? {} : { Selector: `:${selector}` }),
    };
  }

  function described(name: string, type: string, version: number): Input {
    const arn = `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
    return { Name: name, Type: type, Version: version, ARN: arn, DataType: 'text', LastModifiedDate: 1_700_000_000.25 };
  }
}

/** `name`, `name:3`, `name:label` or an ARN with either; spaces around it are cut as AWS does. */
function nameOf(id: string): { readonly name: string; readonly selector: string; readonly isArn: boolean } {
  const inArn = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/[^:]*)(?::(.*))?$/.exec(id);
  const [, name = '', selector = ''] = inArn ?? /^([^:]*)(?::(.*))?$/.exec(id.trim()) ?? [];
  return { name, selector, isArn: inArn !== null };
}

function versionIndex(parameter: Parameter, selector: string): number {
  if (selector === '') return parameter.versions.length - 1;
  if (/^\d+$/.test(selector)) return Number(selector) - 1;
  return parameter.versions.findIndex(({ labels }) => labels.includes(selector));
}

function made(name: string, old: Parameter | undefined, record: ParameterRecord): Parameter {
  const labels = record.labels ?? [];
  const moved = (old?.versions ?? []).map((each) => ({
    ...each,
    labels: each.labels.filter((label) => !labels.includes(label)),
  }));
  return {
    name,
    type: record.type ?? old?.type ?? 'SecureString',
    tags: record.tags ?? old?.tags ?? {},
    listedInvalid: record.listedInvalid ?? false,
    versions: [...moved, { value: record.value, labels }],
  };
}

function isBelow(path: string, recursive: boolean): (parameter: Parameter) => boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return ({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'));
}

function matcher(filters: unknown): (parameter: Parameter) => boolean {
  const all = Array.isArray(filters) ? filters : [];
  return (parameter) => all.every((filter) => matches(parameter, text(filter.Key), text(filter.Option), texts(filter.Values)));
}

function matches(parameter: Parameter, key: string, option: string, values: readonly string[]): boolean {
  if (key.startsWith('tag:')) return values.includes(parameter.tags[key.slice(4)] ?? '\0');
  if (key === 'Path') return values.some((path) => isBelow(path, option === 'Recursive')(parameter));
  if (key === 'Name')
    return values.some((value) => (option === 'BeginsWith' ? parameter.name.startsWith(value) : parameter.name === value));
  throw new AwsFailure('InvalidFilterKey', `The filter ${key} is not known.`);
}
