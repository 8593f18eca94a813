import { readFileSync } from 'node:fs';

/**
 * `node test/cluster/openapi.ts openapi.json > test/deploy/kubernetes-VERSION.json`: the table of fields that npm test
 * holds deploy/ to, from an API server (`kubectl get --raw /openapi/v2`).
 */
interface Definition {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly type?: string;
  readonly format?: string;
}
interface Property extends Definition {
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

const kinds: Readonly<Record<string, string>> = {
  'v1 Namespace': 'io.k8s.api.core.v1.Namespace',
  'v1 ConfigMap': 'io.k8s.api.core.v1.ConfigMap',
  'v1 ServiceAccount': 'io.k8s.api.core.v1.ServiceAccount',
  'v1 Pod': 'io.k8s.api.core.v1.Pod',
  'apps/v1 Deployment': 'io.k8s.api.apps.v1.Deployment',
};

const [file = ''] = process.argv.slice(2);
const { definitions }: { definitions: Readonly<Record<string, Definition>> } = JSON.parse(readFileSync(file, 'utf8'));
const types: Record<string, Record<string, string>> = {};
const named = Object.fromEntries(Object.entries(kinds).map(([kind, name]) => [kind, typeOf({ $ref: `#/definitions/${name}` })]));
const lines = Object.entries(types).map(([name, fields]) => `    ${JSON.stringify(name)}: ${JSON.stringify(fields)}`);
console.log(`{\n  "kinds": ${JSON.stringify(named)},\n  "types": {\n${lines.sort().join(',\n')}\n  }\n}`);

function typeOf(property: Property): string {
  if (property.$ref) return typeOfDefinition(property.$ref.slice('#/definitions/'.length));
  if (property.type === 'array') return `[${typeOf(property.items ?? {})}]`;
  if (property.additionalProperties) return `{${typeOf(property.additionalProperties)}}`;
  return property.type ?? 'any';
}

function typeOfDefinition(name: string): string {
  const short = name.split('.').at(-1) ?? name;
  const definition = definitions[name] ?? {};
  if (short === 'Quantity') return 'quantity';
  if (definition.format === 'int-or-string') return 'integer or string';
  if (short === 'FieldsV1') return 'any';
  if (!definition.properties) return definition.type ?? 'any';
  if (!types[short]) {
    const fields: Record<string, string> = {};
    types[short] = fields; // Before the fields are looked at: some types contain themselves.
    for (const [field, property] of Object.entries(definition.properties)) {
      if (field !== 'status') fields[definition.required?.includes(field) ? `${field}!` : field] = typeOf(property);
    }
  }
  return short;
}
