import { didYouMean, type Problem } from '../core/problem.ts';
import type { SpecDocument } from './documents.ts';
import { apiVersions, isKindName, type KindName } from './kinds.ts';
import { esoGroup, generatorGroup, generatorKinds, ourGroup, pushKinds } from './known-names.ts';

/** What a document is to us. */
export type DocumentRole =
  | { readonly role: 'ours'; readonly kind: KindName }
  /** ESO has it, a later version of ours will. */
  | { readonly role: 'later' }
  /** Something of Kubernetes or of others: skipped. */
  | { readonly role: 'foreign' }
  | { readonly role: 'wrong'; readonly at: 'kind' | 'apiVersion'; readonly message: string };

/** Decides by apiVersion and kind alone. What is near one of ours is an error: it would be lost in silence otherwise. */
export function roleOf({ apiVersion, kind }: SpecDocument): DocumentRole {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (isKindName(kind) && apiVersions[kind].some((known) => known === apiVersion)) return { role: 'ours', kind };
  if (group === esoGroup && pushKinds.includes(kind)) return { role: 'later' };
  if (isKindName(kind) && isLikelyMeant(kind, group ?? '')) return wrongVersion(kind, apiVersion);
  if (group === generatorGroup) return generatorRole(kind);
  if (group === esoGroup) return wrongKind(kind, esoGroup, [...kindsOf(esoGroup), ...pushKinds]);
  if (group === ourGroup) return wrongKind(kind, ourGroup, kindsOf(ourGroup));
  return { role: 'foreign' };
}

function generatorRole(kind: string): DocumentRole {
  return generatorKinds.includes(kind) ? { role: 'later' } : wrongKind(kind, generatorGroup, generatorKinds);
}

/** Kinds of Kubernetes itself have names that others use, too: there a group of its own makes it another kind. */
function isLikelyMeant(kind: KindName, group: string): boolean {
  return apiVersions[kind].some((known) => known.includes('/')) || group === '';
}

function wrongVersion(kind: KindName, apiVersion: string): DocumentRole {
  const allowed: readonly string[] = apiVersions[kind];
  const message = `no apiVersion of a ${kind}; allowed: ${allowed.join(', ')}${didYouMean(apiVersion, allowed)}`;
  return { role: 'wrong', at: 'apiVersion', message };
}

function wrongKind(kind: string, group: string, kinds: readonly string[]): DocumentRole {
  return { role: 'wrong', at: 'kind', message: `no kind of ${group}; allowed: ${kinds.join(', ')}${didYouMean(kind, kinds)}` };
}

function kindsOf(group: string): readonly string[] {
  return Object.entries(apiVersions).flatMap(([kind, versions]) =>
    versions.some((each) => each.startsWith(`${group}/`)) ? [kind] : [],
  );
}

/** A document that isn't read, in words: for `check`, or as the error it is. Undefined for what is ours. */
export function unreadProblem(document: SpecDocument, role: DocumentRole): Problem | undefined {
  const at = { place: document.place, path: `${document.kind} ${document.name}`.trim() };
  switch (role.role) {
    case 'ours':
      return undefined;
    case 'foreign':
      return { severity: 'note', ...at, message: 'skipped: not a kind that Keytide reads' };
    case 'later':
      return { severity: 'warning', ...at, message: 'not used: this kind comes with a later version of Keytide' };
    case 'wrong': {
      const place = document.node.entries.get(role.at)?.node.place ?? document.place;
      return { severity: 'error', place, path: `${at.path}: ${role.at}`, message: role.message };
    }
  }
}
