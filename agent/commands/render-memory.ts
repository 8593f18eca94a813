import { randomBytes } from 'node:crypto';
import type { TemplateMemory } from '../core/template-memory.ts';

/** A memory that keeps nothing. Only templates that use chance or the time ask it: `asked` has their ids. */
export interface ForgetfulMemory extends TemplateMemory {
  readonly asked: ReadonlySet<string>;
}

/** What such a template gives here is another value than in the pod, whose memory has a seed of its own. */
export function forgetfulMemory(now: () => number): ForgetfulMemory {
  const asked = new Set<string>();
  return {
    asked,
    async recall(id) {
      asked.add(id);
      return { kind: 'seed', seed: randomBytes(32), since: now(), keep: () => undefined };
    },
  };
}
