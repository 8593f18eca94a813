import { GoError } from '../go-error.ts';
import type { CertificateFacts } from './certificate-facts.ts';

interface Link {
  readonly certificate: CertificateFacts;
  parent: Link | undefined;
  isParent: boolean;
}

/**
 * Certificates from the leaf to the root, as External Secrets Operator finds the way (gotemplate.md 13): by key identifiers alone.
 * A certificate without an authority's identifier goes for signed by one without an identifier of its own, as it does there.
 */
export function orderedChain(
  certificates: readonly CertificateFacts[],
  spend: (steps: number) => void,
): readonly CertificateFacts[] {
  const links = certificates.map((certificate): Link => ({ certificate, parent: undefined, isParent: false }));
  for (const link of links) {
    spend(links.length);
    const authority = link.certificate.authorityKeyId ?? noId;
    link.parent = links.find((other) => other !== link && authority.equals(other.certificate.subjectKeyId ?? noId));
    if (link.parent) link.parent.isParent = true;
  }
  const leaves = links.filter((link) => !link.isParent);
  if (leaves.length > 1) throw new GoError('found multiple leaf or disjunct certificates', 'fixed');
  if (leaves.length === 0) throw new GoError('no leaf certificate found', 'fixed');
  const chain: CertificateFacts[] = [];
  for (let link = leaves[0]; link; link = link.parent) {
    if (chain.length === links.length) throw new GoError('constructing chain resulted in cycle', 'fixed');
    chain.push(link.certificate);
  }
  return chain;
}

const noId = Buffer.alloc(0);

/** Signed by itself, as far as key identifiers tell. */
export function isRoot({ authorityKeyId, subjectKeyId }: CertificateFacts): boolean {
  return authorityKeyId === undefined || authorityKeyId.equals(subjectKeyId ?? noId);
}
