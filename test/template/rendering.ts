import { randomBytes } from 'node:crypto';
import { AgentError } from '../../agent/core/agent-error.ts';
import { type Entries, SecretValue } from '../../agent/core/secret-value.ts';
import type { Delivery } from '../../agent/core/spec.ts';
import type { TemplateMemory } from '../../agent/core/template-memory.ts';
import { compileEta, type EtaLimits, etaRenderer } from '../../agent/template/eta.ts';

export function entriesOf(values: Readonly<Record<string, string | Uint8Array>>): Entries {
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? SecretValue.ofText(value) : new SecretValue(value),
    ]),
  );
}

export function textOf(value: SecretValue | undefined): string {
  return Buffer.from(value?.reveal() ?? []).toString('utf8');
}

/** One template on these entries. */
export function render(text: string, values: Readonly<Record<string, string | Uint8Array>> = {}, limits?: EtaLimits): string {
  return textOf(etaRenderer({ entries: entriesOf(values), options: [] }, limits)(compileEta(text, 'delivery web, file app.env')));
}

/** What a failing template tells the operator; throws when it doesn't fail, or not with TEMPLATE_FAILED. */
export function failureOf(text: string, values: Readonly<Record<string, string | Uint8Array>> = {}, limits?: EtaLimits): string {
  try {
    render(text, values, limits);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'TEMPLATE_FAILED') return error.message;
    throw error;
  }
  throw new Error('the template did not fail');
}

export function deliveryOf(changes: Partial<Delivery> = {}): Delivery {
  return {
    name: 'web',
    directory: 'web',
    externalSecrets: ['db'],
    origin: 'declared',
    layout: 'files',
    defaults: { mode: 0o440 },
    files: [],
    settle: { quietMs: 0, maxMs: 0 },
    keepPreviousMs: 0,
    reload: [],
    onVerifyFailure: 'rollback',
    stagger: { kind: 'none' },
    firstReload: false,
    immutable: false,
    digest: '',
    ...changes,
  };
}

/** Another seed each time, as if the input were never the same. */
export const noMemory: TemplateMemory = {
  recall: async () => ({ kind: 'seed', seed: randomBytes(32), since: Date.now(), keep: () => {} }),
};
