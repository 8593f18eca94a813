/** What the API server wants of a Secret of a type (eso.md 1.7). Files have no type: what is missing is told, and delivered all the same. */
const rules: Readonly<
  Record<string, { readonly allOf?: readonly string[]; readonly oneOf?: readonly string[]; readonly json?: true }>
> = {
  'kubernetes.io/dockerconfigjson': { allOf: ['.dockerconfigjson'], json: true },
  'kubernetes.io/dockercfg': { allOf: ['.dockercfg'], json: true },
  'kubernetes.io/tls': { allOf: ['tls.crt', 'tls.key'] },
  'kubernetes.io/basic-auth': { oneOf: ['username', 'password'] },
  'kubernetes.io/ssh-auth': { allOf: ['ssh-privatekey'] },
};

/** Why a Kubernetes API server would refuse a Secret of this type with these entries; undefined: it would not. */
export function typeProblem(type: string, entries: ReadonlyMap<string, Uint8Array>): string | undefined {
  const missing = missingKeys(type, new Set(entries.keys()));
  if (missing) return missing;
  const { allOf = [], json } = rules[type] ?? {};
  const broken = json ? allOf.find((key) => !isJson(entries.get(key) ?? new Uint8Array())) : undefined;
  return broken === undefined ? undefined : `type ${type} wants JSON in the entry ${broken}`;
}

/** The part of it that keys alone tell. */
export function missingKeys(type: string, keys: ReadonlySet<string>): string | undefined {
  const { allOf = [], oneOf } = rules[type] ?? {};
  const missing = allOf.filter((key) => !keys.has(key));
  if (missing.length === 1) return `type ${type} wants the entry ${missing[0]}, which is missing`;
  if (missing.length > 1) return `type ${type} wants the entries ${missing.join(' and ')}, which are missing`;
  return oneOf && !oneOf.some((key) => keys.has(key)) ? `type ${type} wants an entry ${oneOf.join(' or ')}` : undefined;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
