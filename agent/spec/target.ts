import { objectName } from '../core/kubernetes-shapes.ts';
import { ignored, later, object, optional, required, withDefault } from '../core/object-shape.ts';
import {
  boolean,
  derive,
  invalid,
  oneOf,
  pathOf,
  record,
  refuse,
  type Shape,
  type ShapeContext,
  type SpecNode,
  string,
} from '../core/shape.ts';
import { type Located, located, problemAt } from '../core/shape-rules.ts';
import type { Target } from '../core/spec.ts';

/** `spec.target` with its name still optional: the default is the external secret's own (eso.md 1.2). */
export interface TargetFields extends Omit<Target, 'name'> {
  readonly name?: Located<string>;
}

export const noTarget: TargetFields = { creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false };

const metadata = object({
  labels: withDefault(record(string()), {}),
  annotations: withDefault(record(string()), {}),
  finalizers: ignored(''),
});

/** A template with neither data nor templateFrom changes no entry. */
const template = derive(
  object({
    type: optional(located(string())),
    engineVersion: withDefault(oneOf('v2'), 'v2'),
    mergePolicy: withDefault(oneOf('Replace', 'Merge'), 'Replace'),
    metadata: optional(located(metadata)),
    data: later('target.template.data'),
    templateFrom: later('target.template.templateFrom'),
  }),
  ({ type, metadata: ofSecret }, _node, context) => {
    if (ofSecret) context.report(problemAt(ofSecret, 'note', 'files have no labels and annotations; these are not used'));
    if (!type) return {};
    const refusal = whyRefused(type.value, Object.keys(ofSecret?.value.annotations ?? {}));
    context.report(
      refusal
        ? problemAt(type, 'error', refusal)
        : problemAt(type, 'note', 'changes no file: the bytes are the same for every type'),
    );
    return refusal ? invalid : {};
  },
);

/** What ESO's admission refuses: such Secrets would be credentials of the cluster (eso.md 1.3). */
function whyRefused(type: string, annotations: readonly string[]): string | undefined {
  if (type === 'bootstrap.kubernetes.io/token') return 'External Secrets Operator refuses this type, and so does Keytide';
  const isToken = type === 'kubernetes.io/service-account-token' && annotations.includes('kubernetes.io/service-account.name');
  return isToken
    ? 'refused together with the annotation kubernetes.io/service-account.name, as by External Secrets Operator'
    : undefined;
}

/** Values of a ConfigMap or Secret are the same files; other kinds are objects of a cluster, which the agent never writes. */
const manifest = derive(
  object({ apiVersion: required(string()), kind: required(string()) }),
  ({ apiVersion, kind }, node, context) => {
    if (apiVersion !== 'v1' || !['ConfigMap', 'Secret'].includes(kind))
      return refuse(
        node,
        context,
        'asks for an object of the cluster, and the agent writes files only; allowed: ConfigMap or Secret of v1',
      );
    context.report({
      severity: 'note',
      place: node.place,
      path: pathOf(context),
      message: 'files come out, whatever the kind of object',
    });
    return {};
  },
);

export const target: Shape<TargetFields> = derive(
  object({
    name: optional(located(objectName)),
    creationPolicy: withDefault(oneOf('Owner', 'Orphan', 'Merge', 'CreateOrMerge', 'None'), 'Owner'),
    deletionPolicy: withDefault(oneOf('Retain', 'Delete', 'Merge'), 'Retain'),
    immutable: withDefault(boolean(), false),
    manifest: optional(manifest),
    template: optional(template),
  }),
  ({ manifest: _manifest, template: _template, ...fields }, node, context) => {
    const { creationPolicy, deletionPolicy } = fields;
    if (!fit(creationPolicy, deletionPolicy))
      return refuse(node, context, `deletionPolicy ${deletionPolicy} can't go with creationPolicy ${creationPolicy}`);
    tellCreation(creationPolicy, node, context);
    return fields;
  },
);

/** eso.md 1.3. */
function fit(creation: Target['creationPolicy'], deletion: Target['deletionPolicy']): boolean {
  if (deletion === 'Delete') return creation === 'Owner' || creation === 'Orphan';
  return deletion !== 'Merge' || creation !== 'None';
}

/** What a policy about an object of the cluster means for a directory (eso.md 1.6). Only where the manifest gives one. */
function tellCreation(policy: Target['creationPolicy'], node: SpecNode, context: ShapeContext): void {
  const given = node.kind === 'map' ? node.entries.get('creationPolicy') : undefined;
  if (!given) return;
  const exact = 'the directory holds exactly the entries';
  const meaning: Readonly<Record<Target['creationPolicy'], string>> = {
    Owner: exact,
    Orphan: `like Owner here: ${exact}`,
    None: `there is no Secret to leave alone here: ${exact}`,
    Merge: 'external secrets that merge into the same target make one directory together',
    CreateOrMerge: 'like Merge here: external secrets that merge into the same target make one directory together',
  };
  context.report({
    severity: 'note',
    place: given.node.place,
    path: `${pathOf(context)}.creationPolicy`,
    message: meaning[policy],
  });
}
