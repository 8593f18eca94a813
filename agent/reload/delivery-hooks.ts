import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Delivery } from '../core/spec.ts';
import { sendSignal } from './send-signal.ts';

export interface HookWorld {
  readonly selfPid: number;
  readonly kill: (pid: number, signal: NodeJS.Signals) => unknown;
  readonly clock: Clock;
  readonly log: Log;
  /** One step of one deed ended, for metrics. */
  readonly onStep: (event: HookEvent) => void;
}

export interface HookEvent {
  readonly deed: 'check' | 'reload' | 'verify';
  /** Its kind, such as `http`. */
  readonly step: string;
  readonly result: 'ok' | 'failed';
  readonly seconds: number;
}

export function deliveryHooks(delivery: Delivery, world: HookWorld) {
  return {
    check: async () => undefined,
    verify: async () => undefined,
    async reload({ generation }: { readonly generation: number }, signal: AbortSignal) {
      for (const step of delivery.reload) {
        if (step.kind !== 'signal') continue;
        try {
          const sent = await sendSignal(step, { ...world, signal });
          world.onStep({ deed: 'reload', step: step.kind, result: 'ok', seconds: 0 });
          world.log.info({ delivery: delivery.name, generation, signal: step.signal, ...sent }, 'signal sent');
        } catch (caught) {
          if (!signal.aborted) world.onStep({ deed: 'reload', step: step.kind, result: 'failed', seconds: 0 });
          throw caught;
        }
      }
    },
  };
}
