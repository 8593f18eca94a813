import { isRoot, orderedChain } from '../crypto/certificate-chain.ts';
import { type CertificateFacts, certificateFacts } from '../crypto/certificate-facts.ts';
import { decodeAllPem, decodePem, encodePem } from '../crypto/pem-blocks.ts';
import { within } from '../crypto/private-key-parse.ts';
import { GoError } from '../go-error.ts';
import { runesOf } from '../runes.ts';
import type { FunctionFamily } from './family.ts';

/** PEM blocks and certificates of a text (gotemplate.md 13). */
export const functions: FunctionFamily<'pem'> = (world) => ({
  filterPEM: (type, text) => {
    const { blocks, rest } = decodeAllPem(withoutJunk(text));
    const kept = blocks.filter((block) => isSameText(block.type, type));
    if (kept.length === 0 && rest !== '') throw new GoError('error filtering pem: found junk', 'fixed');
    return kept.map((block) => encodePem(block.type, block.bytes, block.headers)).join('');
  },

  filterCertChain: (kind, text) => {
    const certificates = decodeAllPem(text).blocks.map((block) => certificateFacts(block.bytes));
    const chain = orderedChain(certificates, world.spend);
    return partOf(chain, kind)
      .map((certificate) => encodePem('CERTIFICATE', certificate.der))
      .join('');
  },

  certSANs: (text) => {
    const found = decodePem(withoutJunk(text));
    if (!found) throw new GoError('failed to decode PEM block', 'fixed');
    const facts = within('failed to parse certificate: ', () => certificateFacts(found.block.bytes));
    const { dns, ips, emails, uris } = facts.alternativeNames;
    return [...dns, ...ips, ...emails, ...uris];
  },
});

/** The operator drops what stands before the first block, which Go itself no longer does. */
function withoutJunk(text: string): string {
  return text.slice(Math.max(text.indexOf('-----BEGIN'), 0));
}

/** Go's strings.EqualFold. A byte that is no UTF-8 equals any other. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [runesOf(a), runesOf(b)];
  return left.length === right.length && left.every(({ rune }, index) => isSameLetter(rune, right[index]?.rune ?? -1));
}

/** Of all ways to compare in JavaScript only regular expressions fold letters one by one, as Go does. */
function isSameLetter(a: number, b: number): boolean {
  return a === b || new RegExp(`^\\u{${a.toString(16)}}$`, 'iu').test(String.fromCodePoint(b));
}

function partOf(chain: readonly CertificateFacts[], kind: string): readonly CertificateFacts[] {
  const leaf = chain.slice(0, 1);
  const last = chain.slice(-1);
  switch (kind) {
    case 'leaf':
      return leaf.filter((certificate) => !isRoot(certificate));
    case 'intermediate': {
      const above = chain.slice(1);
      const root = above.findIndex(isRoot);
      return root < 0 ? above : above.slice(0, root);
    }
    case 'root':
      return last.filter(isRoot);
    default:
      return [];
  }
}
