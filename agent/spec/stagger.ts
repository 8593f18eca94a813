import type { Stagger } from '../core/hooks.ts';
import { waitMs } from '../core/kubernetes-shapes.ts';
import { object, optional } from '../core/object-shape.ts';
import { derive, type Shape } from '../core/shape.ts';
import { exactlyOneOf } from '../core/shape-rules.ts';

const text: Shape<Stagger> = derive(waitMs, windowOf);

const members: Shape<Stagger> = derive(
  exactlyOneOf(object({ window: optional(waitMs), perOrdinal: optional(waitMs) }), ['window', 'perOrdinal']),
  ({ window, perOrdinal }) => (perOrdinal ? { kind: 'ordinal', msEach: perOrdinal } : windowOf(window ?? 0)),
);

/** `60s` is `{ window: 60s }`. */
export const stagger: Shape<Stagger> = {
  schema: { anyOf: [text.schema, members.schema] },
  decode: (node, context) => (node.kind === 'map' ? members : text).decode(node, context),
};

function windowOf(ms: number): Stagger {
  return ms === 0 ? { kind: 'none' } : { kind: 'window', ms };
}
