import { objectName } from '../core/kubernetes-shapes.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { boolean, derive, oneOf, pathOf, refuse, type Shape, type ShapeContext, type SpecNode, string } from '../core/shape.ts';
import { type Located, located } from '../core/shape-rules.ts';
import type { Target } from '../core/spec.ts';
import { type TemplateFields, targetTemplate } from './target-template.ts';

/** `spec.target` with its name still optional: the default is the external secret's own (eso.md 1.2). */
export interface TargetFields extends Omit<Target, 'name' | 'template'> {
  readonly name?: Located<string>;
  readonly template?: TemplateFields;
}

export const noTarget: TargetFields = { creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false };

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
    template: optional(targetTemplate),
  }),
  ({ manifest: _manifest, ...fields }, node, context) => {
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
