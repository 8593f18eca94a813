import { AgentError } from './core/agent-error.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { Entries } from './core/secret-value.ts';
import type { Delivery } from './core/spec.ts';

/** One external secret of a delivery and what it gives. */
export interface Member {
  readonly externalSecret: string;
  readonly entries: Entries;
}

/** What readers see. */
export interface Visible {
  readonly files: readonly RenderedFile[];
  readonly publishedAt: Date;
}

/**
 * Whether `candidate` differs from what is published, or being published. Only bytes, names, modes and owners count. Throws
 * TARGET_IMMUTABLE when it differs and may not.
 */
export function changeOf(
  reference: readonly RenderedFile[] | undefined,
  candidate: readonly RenderedFile[],
  delivery: Delivery,
): 'changed' | 'unchanged' {
  if (reference && isSame(reference, candidate)) return 'unchanged';
  if (reference && delivery.immutable) {
    throw new AgentError('TARGET_IMMUTABLE', `delivery ${delivery.name} is immutable and its store has another value now`);
  }
  return 'changed';
}

function isSame(published: readonly RenderedFile[], candidate: readonly RenderedFile[]): boolean {
  if (published.length !== candidate.length) return false;
  const byPath = new Map(published.map((file) => [file.path, file]));
  return candidate.every((file) => {
    const old = byPath.get(file.path);
    if (!old || old.mode !== file.mode || !old.value.equals(file.value)) return false;
    return (file.uid === undefined || file.uid === old.uid) && (file.gid === undefined || file.gid === old.gid);
  });
}
