import type { ExecStep, ReloadStep, TouchStep } from '../core/hooks.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { derive, list, refine, refuse, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf } from '../core/shape-rules.ts';
import { type HttpFields, hookPath, httpReload, timeout } from './http-step.ts';
import type { Linking } from './link-context.ts';
import { allowedHost } from './link-hosts.ts';
import { type SignalFields, signalFields, signalStep } from './signal-step.ts';

/** One of `reload`, its regular expressions and hosts still to be looked at. Exactly one member. */
export interface ReloadFields {
  readonly signal?: SignalFields;
  readonly http?: HttpFields;
  readonly exec?: ExecStep;
  readonly touch?: TouchStep;
}

/** A program and its arguments: no shell, unless the program is one. */
export const command: Shape<readonly string[]> = refine(list(string({ maxLength: 65_536 }), { min: 1 }), (words) => {
  const [program = ''] = words;
  if (program === '' || words.some((word) => word.includes('\0'))) return { wrong: 'a program and its arguments are wanted' };
  return { value: words };
});

export const usualExecTimeoutMs = 30_000;

export const execStep: Shape<ExecStep> = derive(
  object({ command: required(command), timeout: withDefault(timeout, usualExecTimeoutMs, '30s') }),
  ({ command: words, timeout: timeoutMs }) => ({ kind: 'exec', command: words, timeoutMs }),
);

const touchStep: Shape<TouchStep> = derive(object({ path: required(hookPath) }), ({ path }, node, context) =>
  path.startsWith('{dir}')
    ? refuse(node, context, "the delivery's directory holds its files only: touch one in {feedback} or elsewhere")
    : { kind: 'touch', path },
);

export const reloadStep: Shape<ReloadFields> = exactlyOneOf(
  object({
    signal: optional(signalFields),
    http: optional(httpReload),
    exec: optional(execStep),
    touch: optional(touchStep),
  }),
  ['signal', 'http', 'exec', 'touch'],
);

/** Reports hosts that no hook may call. */
export function linkReload(steps: readonly ReloadFields[], linking: Linking): readonly ReloadStep[] {
  return steps.flatMap(({ signal, http, exec, touch }): readonly ReloadStep[] => [
    ...(signal ? [signalStep(signal, linking.regexp)] : []),
    ...(http ? [allowedHost(http, linking)] : []),
    ...(exec ? [exec] : []),
    ...(touch ? [touch] : []),
  ]);
}
