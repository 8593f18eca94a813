import { followRotationAnnotation } from '../core/early-refresh.ts';
import { namespaceName, objectName } from '../core/kubernetes-shapes.ts';
import { ignored, object, optional, required, withDefault } from '../core/object-shape.ts';
import { didYouMean, type Problem } from '../core/problem.ts';
import { anything, derive, invalid, laterProblem, record, type Shape, string } from '../core/shape.ts';
import { type Located, located, problemAt } from '../core/shape-rules.ts';

/** What we read of an object's metadata. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: Located<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
}

export type Annotations = Readonly<Record<string, Located<string>>>;

const ours = 'keytide.dev/';

/** Our annotations on one kind of object: those it may have, and those that a later version reads. */
export interface KnownAnnotations {
  readonly known: readonly string[];
  readonly later: readonly string[];
}

const onExternalSecret: KnownAnnotations = {
  known: ['keytide.dev/reload-signal', 'keytide.dev/reload-url', followRotationAnnotation],
  later: [],
};
const onStore: KnownAnnotations = { known: ['keytide.dev/fake-data-file'], later: [] };
const onGenerator: KnownAnnotations = { known: [], later: [] };
const onDelivery: KnownAnnotations = { known: [], later: [] };

/** The API server fills these in; `kubectl get -o yaml` shows them. Nothing looks at them. */
const serverSet = {
  creationTimestamp: ignored(''),
  deletionGracePeriodSeconds: ignored(''),
  deletionTimestamp: ignored(''),
  finalizers: ignored(''),
  generateName: ignored(''),
  generation: ignored(''),
  managedFields: ignored(''),
  ownerReferences: ignored(''),
  resourceVersion: ignored(''),
  selfLink: ignored(''),
  uid: ignored(''),
};

const fields = {
  name: required(objectName),
  namespace: optional(located(namespaceName)),
  labels: withDefault(record(string()), {}),
  annotations: withDefault(record(located(string())), {}),
  ...serverSet,
};

/** Metadata of kinds that aren't ours alone: anybody may annotate them. */
export const foreignMetadata: Shape<Metadata> = object(fields);

const metadataOf = (annotations: KnownAnnotations): Shape<Metadata> =>
  object({ ...fields, annotations: withDefault(annotationsOf(annotations), {}) });

export const externalSecretAnnotations = annotationsOf(onExternalSecret);
export const externalSecretMetadata = metadataOf(onExternalSecret);
export const storeMetadata = metadataOf(onStore);
export const generatorMetadata = metadataOf(onGenerator);
export const deliveryMetadata = metadataOf(onDelivery);

/** Annotations of others pass; a misspelt one of ours would otherwise be lost in silence. */
function annotationsOf({ known, later }: KnownAnnotations): Shape<Annotations> {
  return derive(record(located(string())), (annotations, _node, context) => {
    const problems = Object.entries(annotations).flatMap(([name, at]): readonly Problem[] => {
      if (name === followRotationAnnotation && !/^(true|false)$/.test(at.value))
        return [problemAt(at, 'error', 'is neither "true" nor "false"')];
      if (!name.startsWith(ours) || known.includes(name)) return [];
      if (later.includes(name)) return [{ ...problemAt(at, 'error', ''), ...laterProblem(`the annotation ${name}`) }];
      const allowed = known.length > 0 ? `allowed here: ${known.join(', ')}` : `no annotation of ${ours} is allowed here`;
      return [problemAt(at, 'error', `unknown annotation; ${allowed}${didYouMean(name, known)}`)];
    });
    for (const problem of problems) context.report(problem);
    return problems.length > 0 ? invalid : annotations;
  });
}

/** Values without their places. */
export function plainAnnotations(annotations: Annotations): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).map(([name, { value }]) => [name, value]));
}

/** A whole object: what stands beside `metadata` and `spec` is the same for all kinds. */
export function objectOf<S>(metadata: Shape<Metadata>, spec: Shape<S>): Shape<{ readonly metadata: Metadata; readonly spec: S }> {
  return object({ ...header, metadata: required(metadata), spec: required(spec), status: ignored('', anything()) });
}

export const header = { apiVersion: ignored('', string()), kind: ignored('', string()) };
