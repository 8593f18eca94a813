/** A signature of the table, taken apart. Types are as the table writes them. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  /** The last parameter takes any number of arguments. */
  readonly isVariadic: boolean;
  readonly result: string;
}

const known = new Map<string, Signature>();

/** `abbrev(int, string) string` */
export function signatureOf(text: string): Signature {
  const earlier = known.get(text);
  if (earlier) return earlier;
  const [, name = '', list = '', result = ''] = /^(\w+)\((.*)\) (.*)$/.exec(text) ?? [];
  const parameters = list === '' ? [] : list.split(', ');
  const signature = {
    name,
    parameters: parameters.map((type) => type.replace('...', '')),
    isVariadic: list.includes('...'),
    result,
  };
  known.set(text, signature);
  return signature;
}

const goNames: Readonly<Record<string, string>> = {
  any: 'interface {}',
  dict: 'map[string]interface {}',
  '[]any': '[]interface {}',
  HashAlgorithm: 'sprig.HashAlgorithm',
  certificate: 'sprig.certificate',
  value: 'reflect.Value',
};

/** A type of the table as Go prints it. */
export function goTypeName(type: string): string {
  return goNames[type] ?? type;
}
