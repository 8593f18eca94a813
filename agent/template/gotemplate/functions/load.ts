import { signatures } from './signatures.ts';
import type { FunctionWorld } from './world.ts';

type Family = keyof typeof signatures;
type Functions = (world: FunctionWorld) => Readonly<Record<string, Implementation>>;

interface Callable {
  /** As a method, so that one of narrower parameters fits: the caller has checked the arguments against the signature. */
  call(...args: readonly unknown[]): unknown;
}

export type Implementation = Callable['call'];

const loaders: Readonly<Record<Family, () => Promise<{ readonly functions: Functions }>>> = {
  text: () => import('./text.ts'),
  numbers: () => import('./numbers.ts'),
  logic: () => import('./logic.ts'),
  lists: () => import('./lists.ts'),
  dicts: () => import('./dicts.ts'),
  json: () => import('./json.ts'),
  yaml: () => import('./yaml.ts'),
  dates: () => import('./dates.ts'),
  zonedDates: () => import('./zoned-dates.ts'),
  encoding: () => import('./encoding.ts'),
  regexps: () => import('./regexps.ts'),
  versions: () => import('./versions.ts'),
  random: () => import('./random.ts'),
  passwords: () => import('./passwords.ts'),
  certificates: () => import('./certificates.ts'),
  pem: () => import('./pem.ts'),
  keystores: () => import('./keystores.ts'),
  jose: () => import('./jose.ts'),
  javaStores: () => import('./java-stores.ts'),
};

interface Listed {
  readonly family: Family;
  readonly signature: string;
}

const table: ReadonlyMap<string, Listed> = new Map(
  families().flatMap((family) =>
    signatures[family].map((signature) => [signature.slice(0, signature.indexOf('(')), { family, signature }] as const),
  ),
);

function families(): readonly Family[] {
  return Object.keys(loaders).filter((name): name is Family => name in signatures);
}

/** The signature of a function; undefined where there is no such function. */
export function listedSignature(name: string): string | undefined {
  return table.get(name)?.signature;
}

/** All names, for `did you mean`. */
export function functionNames(): readonly string[] {
  return [...table.keys()];
}

/** What these give depends on chance or on the time. */
const fickle: readonly Family[] = ['random', 'passwords', 'certificates', 'keystores', 'javaStores', 'dates', 'zonedDates'];

/** True when the same arguments give the same result, always and everywhere. */
export function isRepeatable(name: string): boolean {
  const listed = table.get(name);
  return listed === undefined || !fickle.includes(listed.family);
}

/** True for what makes keys or hashes passwords: slow on purpose. */
export function isSlow(name: string): boolean {
  const family = table.get(name)?.family;
  return family === 'certificates' || family === 'passwords';
}

/** Implementations by name, for one world. */
export type LoadedFamilies = readonly Functions[];

/** Loads the families of these functions, and no other. */
export async function loadFamilies(names: Iterable<string>): Promise<LoadedFamilies> {
  const wanted = new Set([...names].flatMap((name) => table.get(name)?.family ?? []));
  return Promise.all([...wanted].map(async (family) => loaded.get(family) ?? load(family)));
}

/** `import()` of what is there already costs as much as a small template. */
const loaded = new Map<Family, Functions>();

async function load(family: Family): Promise<Functions> {
  const { functions } = await loaders[family]();
  loaded.set(family, functions);
  return functions;
}
