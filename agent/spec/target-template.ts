import { dataKey, objectName } from '../core/kubernetes-shapes.ts';
import { ignored, object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, invalid, list, oneOf, record, refine, refuse, type Shape, type ShapeContext, string } from '../core/shape.ts';
import { type Located, located, problemAt } from '../core/shape-rules.ts';
import type { TargetTemplate, TemplateSource, TemplateTarget } from '../core/spec.ts';

/** A template of the manifest, with its place for what is wrong in it. */
export type TemplateTexts = readonly Located<string>[];

/** `target.template`, and every template text in it. */
export interface TemplateFields {
  readonly template: TargetTemplate;
  readonly texts: TemplateTexts;
  /** For what is to be said of it. */
  readonly type?: Located<string>;
  /** A literal whose keys only its rendering tells, or a ConfigMap of that kind. */
  readonly hasUnknownKeys: boolean;
}

const texts = record(located(string()));

const metadata = object({
  labels: withDefault(texts, {}),
  annotations: withDefault(texts, {}),
  finalizers: ignored(''),
});

const templateObject = object({
  name: required(objectName),
  items: required(
    list(object({ key: required(dataKey), templateAs: withDefault(oneOf('Values', 'KeysAndValues'), 'Values') }), { min: 1 }),
  ),
});

const targets: readonly TemplateTarget[] = ['Data', 'Labels', 'Annotations'];

/** Case does not count (eso.md 1.7). */
const target: Shape<TemplateTarget> = refine(string(), (text) => {
  const known = targets.find((each) => each.toLowerCase() === text.toLowerCase());
  if (text === '') return { value: 'Data' };
  return known ? { value: known } : { wrong: `"${text}" is no target of a template; allowed: ${targets.join(', ')}` };
});

const source = derive(
  object({
    configMap: optional(templateObject),
    secret: optional(templateObject),
    literal: optional(located(string())),
    target: withDefault(target, 'Data'),
    valuesDecodingStrategy: withDefault(oneOf('None', 'Base64', 'Base64URL', 'Auto'), 'None'),
  }),
  (fields, node, context) =>
    fields.configMap || fields.secret || fields.literal
      ? fields
      : refuse(node, context, 'configMap, secret or literal must be given'),
);

/** `spec.target.template` (eso.md 1.7). */
export const targetTemplate: Shape<TemplateFields> = derive(
  object({
    type: optional(located(string())),
    engineVersion: withDefault(oneOf('v2'), 'v2'),
    mergePolicy: withDefault(oneOf('Replace', 'Merge'), 'Replace'),
    metadata: withDefault(metadata, { labels: {}, annotations: {} }),
    data: withDefault(texts, {}),
    templateFrom: withDefault(list(source), []),
  }),
  ({ type, mergePolicy, metadata: { labels, annotations }, data, templateFrom }, _node, context) => {
    const setsAnnotations = templateFrom.some((each) => each.target === 'Annotations');
    const refusal = type && whyRefused(type.value, Object.keys(annotations), setsAnnotations);
    if (refusal) context.report(problemAt(type, 'error', refusal));
    if (!areKeys(Object.values(data), Object.keys(data), context) || refusal) return invalid;
    tellMetadata([...Object.values(labels), ...Object.values(annotations)], context);
    return {
      template: {
        ...{ type: type?.value ?? '', mergePolicy, from: templateFrom.map(plainSource) },
        ...{ data: plain(data), labels: plain(labels), annotations: plain(annotations) },
      },
      texts: [
        ...templateFrom.flatMap(({ literal }) => literal ?? []),
        ...[data, labels, annotations].flatMap((each) => Object.values(each)),
      ],
      ...(type ? { type } : {}),
      hasUnknownKeys: templateFrom.some(hasUnknownKeys),
    };
  },
);

type SourceFields = Omit<TemplateSource, 'literal'> & { readonly literal?: Located<string> };

function plainSource({ literal, ...rest }: SourceFields): TemplateSource {
  return literal ? { ...rest, literal: literal.value } : rest;
}

function plain(located: Readonly<Record<string, Located<string>>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(located).map(([key, { value }]) => [key, value]));
}

function hasUnknownKeys({ configMap, secret, literal, target: of }: SourceFields): boolean {
  const items = [...(configMap?.items ?? []), ...(secret?.items ?? [])];
  return of === 'Data' && (literal !== undefined || items.some(({ templateAs }) => templateAs === 'KeysAndValues'));
}

/** A key of `data` becomes the name of a file. */
function areKeys(values: readonly Located<string>[], keys: readonly string[], context: ShapeContext): boolean {
  const wrong = keys.findIndex((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key.startsWith('..'));
  const at = values[wrong];
  if (!at) return true;
  context.report(
    problemAt(at, 'error', 'this key names a file: letters, digits, "-", "_" and "." only, not beginning with ".."'),
  );
  return false;
}

function tellMetadata([first]: readonly Located<string>[], { report }: ShapeContext): void {
  if (!first) return;
  report(
    problemAt(
      first,
      'note',
      'files have no labels and annotations: they are rendered for their errors, and shown by `keytide render`',
    ),
  );
}

/** What ESO's admission refuses: such Secrets would be credentials of the cluster (eso.md 1.3). */
function whyRefused(type: string, annotations: readonly string[], setsAnnotations: boolean): string | undefined {
  if (type === 'bootstrap.kubernetes.io/token') return 'External Secrets Operator refuses this type, and so does Keytide';
  if (type !== 'kubernetes.io/service-account-token') return undefined;
  if (annotations.includes('kubernetes.io/service-account.name'))
    return 'refused together with the annotation kubernetes.io/service-account.name, as by External Secrets Operator';
  return setsAnnotations
    ? 'refused together with a templateFrom that targets Annotations, as by External Secrets Operator'
    : undefined;
}
