import { type DurationValue, dataKey, goDuration } from '../core/kubernetes-shapes.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import {
  derive,
  type Invalid,
  invalid,
  list,
  oneOf,
  refuse,
  type Shape,
  type ShapeContext,
  type SpecNode,
  type TypeOf,
} from '../core/shape.ts';
import { type Located, located, problemAt } from '../core/shape-rules.ts';
import type { ExternalSecret, RemoteRef, SyncWindows } from '../core/spec.ts';
import { externalSecretMetadata, objectOf } from './metadata.ts';
import { type FindFields, findFields, remoteRef } from './remote-ref.ts';
import { type RewriteFields, rewriteFields } from './rewrite.ts';
import { type GeneratorRef, type StoreRef, sourceRef, storeRef, storeSource } from './store-ref.ts';
import { syncWindows } from './sync-windows.ts';
import { noTarget, type TargetFields, target } from './target.ts';

/** `spec` of an ExternalSecret: defaults filled in, references and regular expressions not yet looked at. */
export interface ExternalSecretFields {
  readonly refreshPolicy: ExternalSecret['refreshPolicy'];
  readonly refreshInterval: DurationValue;
  readonly syncWindows?: SyncWindows;
  readonly target: TargetFields;
  readonly data: readonly { readonly secretKey: string; readonly store: Located<StoreRef>; readonly remoteRef: RemoteRef }[];
  readonly dataFrom: readonly DataFromFields[];
}

export interface DataFromFields {
  readonly source:
    | { readonly kind: 'extract'; readonly extract: RemoteRef; readonly store: Located<StoreRef> }
    | { readonly kind: 'find'; readonly find: FindFields; readonly store: Located<StoreRef> }
    | { readonly kind: 'generator'; readonly generator: Located<GeneratorRef> };
  readonly rewrite: readonly RewriteFields[];
}

const dataEntry = object({
  secretKey: required(located(dataKey)),
  remoteRef: required(remoteRef),
  sourceRef: optional(storeSource),
});

/** One with none of them (only a storeRef, say) would give nothing, and nobody would be told (eso.md 9). */
const dataFromEntry = derive(
  object({
    extract: optional(remoteRef),
    find: optional(findFields),
    rewrite: withDefault(list(rewriteFields), []),
    sourceRef: optional(sourceRef),
  }),
  ({ extract, find, sourceRef: own, rewrite }, node, context) => {
    const sources = [
      ...(extract ? [{ kind: 'extract', extract } as const] : []),
      ...(find ? [{ kind: 'find', find } as const] : []),
      ...(own?.generatorRef ? [{ kind: 'generator', generator: own.generatorRef } as const] : []),
    ];
    const [source, second] = sources;
    if (source && !second) return { rewrite, source, ...(own?.storeRef ? { store: own.storeRef } : {}) };
    const together = second ? `${sources.map(({ kind }) => kind).join(' and ')} stand here together; ` : '';
    return refuse(node, context, `${together}exactly one of extract, find, sourceRef.generatorRef is wanted`);
  },
);

/** v1 and v1beta1 have the same fields but for what v1 added, and those are taken in both (eso.md 1.1). */
export const externalSecretFields: Shape<ExternalSecretFields> = derive(
  object({
    secretStoreRef: optional(storeRef),
    refreshPolicy: withDefault(oneOf('Periodic', 'CreatedOnce', 'OnChange'), 'Periodic'),
    refreshInterval: withDefault(goDuration, { text: '1h0m0s', ms: 3_600_000 }, '1h0m0s'),
    syncWindows: optional(syncWindows),
    target: withDefault(target, noTarget),
    data: withDefault(list(dataEntry), []),
    dataFrom: withDefault(list(dataFromEntry), []),
  }),
  ({ secretStoreRef, data, dataFrom, ...rest }, node, context): ExternalSecretFields | Invalid => {
    if (data.length + dataFrom.length === 0) return refuse(node, context, 'data or dataFrom must be given');
    const areUnique = refuseTwins(
      data.map(({ secretKey }) => secretKey),
      rest.target,
      context,
    );
    const entries = [...data.map(({ sourceRef: own }) => own), ...dataFrom.flatMap((each) => (isMade(each) ? [] : [each.store]))];
    const store = secretStoreRef ?? ownStores(entries, node, context);
    if (store === invalid || !areUnique) return invalid;
    return {
      ...rest,
      data: data.map(({ secretKey, sourceRef: own, ...entry }) => ({
        ...entry,
        secretKey: secretKey.value,
        store: own ?? store ?? noStore,
      })),
      dataFrom: dataFrom.map(({ source, rewrite, store: own }) => ({
        rewrite,
        source: source.kind === 'generator' ? source : { ...source, store: own ?? store ?? noStore },
      })),
    };
  },
);

/** A generator has no store. */
function isMade({ source }: TypeOf<typeof dataFromEntry>): boolean {
  return source.kind === 'generator';
}

/** Stands where no entry needs a store. */
const noStore: Located<StoreRef> = {
  value: { name: '', kind: 'SecretStore' },
  place: { file: '', line: 0, column: 0 },
  path: '',
};

/** Without a common store every entry needs one of its own; the last one then stands for the common one, which nobody uses. */
function ownStores(
  entries: readonly (Located<StoreRef> | undefined)[],
  node: SpecNode,
  context: ShapeContext,
): Located<StoreRef> | undefined | Invalid {
  if (entries.every((store) => store !== undefined)) return entries.at(-1);
  return refuse(node, context, 'secretStoreRef must be given, unless every entry has a sourceRef.storeRef of its own');
}

/** ESO refuses a key that stands twice only with deletionPolicy Retain; otherwise the last one wins (eso.md 1.3). */
function refuseTwins(keys: readonly Located<string>[], { deletionPolicy }: TargetFields, context: ShapeContext): boolean {
  const seen = new Map<string, Located<string>>();
  let ok = true;
  for (const key of keys) {
    const first = seen.get(key.value);
    seen.set(key.value, key);
    if (!first) continue;
    const where = `"${key.value}" stands twice; the first is at line ${first.place.line}`;
    const isError = deletionPolicy === 'Retain';
    context.report(isError ? problemAt(key, 'error', where) : problemAt(key, 'warning', `${where}; this one wins`));
    if (isError) ok = false;
  }
  return ok;
}

export const externalSecretShape = objectOf(externalSecretMetadata, externalSecretFields);
