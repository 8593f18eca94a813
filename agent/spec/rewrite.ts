import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, list, oneOf, refuse, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf, type Located, located } from '../core/shape-rules.ts';
import type { Rewrite } from '../core/spec.ts';

type Merge = Omit<Rewrite & { kind: 'merge' }, 'kind'>;

/** One step of `dataFrom[].rewrite`, its regular expression or template not yet compiled. */
export interface RewriteFields {
  readonly regexp?: { readonly source: Located<string>; readonly target: string };
  readonly merge?: Merge;
  readonly transform?: { readonly template: Located<string> };
}

/** eso.md 1.12. */
const merge: Shape<Merge> = derive(
  object({
    into: withDefault(string(), ''),
    priority: withDefault(list(string()), []),
    priorityPolicy: withDefault(oneOf('Strict', 'IgnoreNotFound'), 'Strict'),
    conflictPolicy: withDefault(oneOf('Error', 'Ignore'), 'Error'),
    strategy: withDefault(oneOf('Extract', 'JSON'), 'Extract'),
  }),
  (fields, node, context) =>
    fields.strategy === 'JSON' && fields.into === ''
      ? refuse(node, context, 'strategy JSON needs into: the key of the result')
      : fields,
);

export const rewriteFields: Shape<RewriteFields> = exactlyOneOf(
  object({
    regexp: optional(object({ source: required(located(string())), target: required(string()) })),
    merge: optional(merge),
    transform: optional(object({ template: required(located(string())) })),
  }),
  ['regexp', 'merge', 'transform'],
);
