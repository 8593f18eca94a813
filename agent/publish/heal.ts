import type { OpenDirectory } from './open-directory.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { removeTree } from './remove-tree.ts';
import { draftLink, type Scan, scan, visibleTarget } from './scan.ts';

/**
 * Brings a delivery's directory into order, whatever a killed publisher left: what readers see stays, each of its names has its link,
 * nothing else of ours is left but complete older generations. Returns what is there afterwards; `healed` names what was done.
 */
export function heal(
  delivery: OpenDirectory,
  identity: ProcessIdentity,
): { readonly found: Scan; readonly healed: readonly string[] } {
  const before = scan(delivery, identity);
  const wanted = new Set(before.current?.topNames);
  const stale = [...before.links].filter((name) => !wanted.has(name));
  const absent = [...wanted].filter((name) => !before.links.has(name) && !before.foreign.has(name));
  if (before.hasDraft) delivery.unlink(draftLink);
  for (const name of stale) delivery.unlink(name);
  for (const name of absent) delivery.createLink(name, visibleTarget(name));
  for (const name of before.litter) removeTree(delivery, name);
  return {
    found: { ...before, litter: [], hasDraft: false, links: new Set([...wanted].filter((name) => !before.foreign.has(name))) },
    healed: [...(before.hasDraft ? [draftLink] : []), ...stale, ...absent, ...before.litter],
  };
}
