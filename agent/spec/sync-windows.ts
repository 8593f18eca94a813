import { parseSchedule } from '../core/cron.ts';
import { goDuration } from '../core/kubernetes-shapes.ts';
import { object, required } from '../core/object-shape.ts';
import { derive, list, oneOf, pathOf, refine, type Shape, string } from '../core/shape.ts';
import type { SyncWindows } from '../core/spec.ts';

/** ESO's schema looks at the form only; a line of this form that isn't cron is never active (eso.md 1.9). */
const schedule: Shape<string> = derive(
  string({
    pattern: /^(@[a-z]+( \S+)?|\S+(\s+\S+){4})$/,
    allowed: 'five fields of cron, in UTC, such as "0 2 * * 1-5", or a descriptor such as @daily',
  }),
  (text, node, context) => {
    if (!parseSchedule(text)) {
      const message = 'this schedule does not parse; its window is never active';
      context.report({ severity: 'warning', place: node.place, path: pathOf(context), message });
    }
    return text;
  },
);

const windowLength = refine(goDuration, ({ ms }) => (ms > 0 ? { value: ms } : { wrong: 'must be longer than 0' }));

export const syncWindows: Shape<SyncWindows> = object({
  kind: required(oneOf('allow', 'deny')),
  windows: required(
    list(
      refine(object({ schedule: required(schedule), duration: required(windowLength) }), ({ duration, ...window }) => ({
        value: { ...window, durationMs: duration },
      })),
      { min: 1 },
    ),
  ),
});
