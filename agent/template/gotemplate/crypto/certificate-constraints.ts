import { isIP } from 'node:net';
import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';
import { isAscii } from './certificate-names.ts';
import { isDomainName } from './certificate-uris.ts';
import * as der from './der-cursor.ts';

/** Name constraints are no fact a template asks for, but Go refuses the certificate for what is wrong with them. */
export function checkNameConstraints(from: der.Cursor): void {
  const invalid = 'x509: invalid NameConstraints extension';
  const all = der.inside(from, der.tags.sequence, invalid);
  if (!der.isAtEnd(from)) throw der.fault(invalid);
  const permitted = der.optionalInside(all, 0xa0, invalid);
  const excluded = der.optionalInside(all, 0xa1, invalid);
  if (!der.isAtEnd(all)) throw der.fault(invalid);
  const trees = [permitted, excluded].filter((tree) => tree !== undefined);
  if (trees.every((tree) => tree.bytes.length === 0)) throw der.fault('x509: empty name constraints extension');
  for (const tree of trees) {
    while (!der.isAtEnd(tree)) {
      const base = der.anyElement(der.inside(tree, der.tags.sequence, invalid));
      if (!base) throw der.fault(invalid);
      checkConstraint(base);
    }
  }
}

function checkConstraint({ tag, content }: der.AnyElement): void {
  if (tag === 0x87) checkRange(content);
  const name = { 129: 'rfc822Name', 130: 'dnsName', 134: 'URI' }[tag];
  if (!name) return;
  const text = content.toString('latin1');
  if (!isAscii(text)) {
    throw new GoError(`x509: invalid constraint value: x509: ${quoteGo(text)} cannot be encoded as an IA5String`);
  }
  const refused = `x509: failed to parse ${name} constraint ${quoteGo(text)}`;
  if (tag === 0x86 && isAddress(text)) throw new GoError(`${refused}: cannot be IP address`);
  const isRight = tag === 0x81 && text.includes('@') ? isMailbox(text) : isDomainName(text, 'constraint');
  if (!isRight) throw new GoError(refused);
}

function checkRange(content: Buffer): void {
  if (content.length !== 8 && content.length !== 32) {
    throw new GoError(`x509: IP constraint contained value of length ${content.length}`);
  }
  const mask = content.subarray(content.length / 2);
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  if (bits.includes('01')) throw new GoError(`x509: IP constraint contained invalid mask ${mask.toString('hex')}`);
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

const quoted = /^"(?:\\[^\0\n\r\x80-\xff]|[^\0\t\n\r"\\\x80-\xff])*"@/;
const plain = /^(?:[0-9A-Za-z!#$%&'*+\-/=?^_`{|}~.]|\\[\0-\xff])+@/;

/** RFC 2821, as far as Go follows it. */
function isMailbox(text: string): boolean {
  const local = quoted.exec(text)?.[0] ?? plain.exec(text)?.[0];
  if (local === undefined) return false;
  const atoms = local.slice(0, -1).replace(/\\([\0-\xff])/g, '$1');
  const hasStrayDot = !text.startsWith('"') && (atoms.startsWith('.') || atoms.endsWith('.') || atoms.includes('..'));
  return !hasStrayDot && isDomainName(text.slice(local.length));
}
