import { type AlternativeNames, noAlternativeNames, readAlternativeNames } from './certificate-alternative-names.ts';
import { checkNameConstraints } from './certificate-constraints.ts';
import * as der from './der-cursor.ts';

export interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly value: Buffer;
}

export interface ExtensionFacts {
  readonly alternativeNames: AlternativeNames;
  /** Undefined when the certificate doesn't say. */
  readonly authorityKeyId: Buffer | undefined;
  readonly subjectKeyId: Buffer | undefined;
}

/** What templates need of the extensions. All that Go looks into are checked as it does, since it refuses the certificate for each. */
export function readExtensions(extensions: readonly Extension[]): ExtensionFacts {
  let facts: ExtensionFacts = { alternativeNames: noAlternativeNames, authorityKeyId: undefined, subjectKeyId: undefined };
  for (const extension of extensions) {
    const from = der.cursor(extension.value);
    checks[extension.id]?.(from, extension);
    if (extension.id === '2.5.29.17') facts = { ...facts, alternativeNames: readAlternativeNames(from) };
    if (extension.id === '2.5.29.35') facts = { ...facts, authorityKeyId: readAuthorityKeyId(from, extension) };
    if (extension.id === '2.5.29.14') facts = { ...facts, subjectKeyId: readSubjectKeyId(from, extension) };
  }
  return facts;
}

function readAuthorityKeyId(from: der.Cursor, { isCritical }: Extension): Buffer | undefined {
  if (isCritical) throw der.fault('x509: authority key identifier incorrectly marked critical');
  const wrong = 'x509: invalid authority key identifier';
  return der.optionalInside(der.inside(from, der.tags.sequence, wrong), 0x80, wrong)?.bytes;
}

function readSubjectKeyId(from: der.Cursor, { isCritical }: Extension): Buffer {
  if (isCritical) throw der.fault('x509: subject key identifier incorrectly marked critical');
  return der.contentOf(from, der.tags.octetString, 'x509: invalid subject key identifier');
}

const checks: Readonly<Record<string, (from: der.Cursor, extension: Extension) => void>> = {
  '2.5.29.15': (from) => der.bitStringOf(from, 'x509: invalid key usage'),
  '2.5.29.19': checkBasicConstraints,
  '2.5.29.30': checkNameConstraints,
  '2.5.29.31': checkDistributionPoints,
  '2.5.29.36': checkPolicyConstraints,
  '2.5.29.37': checkExtendedKeyUsages,
  '2.5.29.32': checkPolicies,
  '2.5.29.33': checkPolicyMappings,
  '2.5.29.54': checkInhibitAnyPolicy,
  '1.3.6.1.5.5.7.1.1': checkAuthorityAccess,
};

function eachInside(from: der.Cursor, wrong: string, check: (item: der.Cursor) => void, wrongItem = wrong): void {
  const all = der.inside(from, der.tags.sequence, wrong);
  while (!der.isAtEnd(all)) check(der.inside(all, der.tags.sequence, wrongItem));
}

function checkBasicConstraints(from: der.Cursor): void {
  const wrong = 'x509: invalid basic constraints';
  const all = der.inside(from, der.tags.sequence, wrong);
  if (der.isNext(all, der.tags.boolean)) der.booleanOf(all, wrong);
  if (!der.isNext(all, der.tags.integer)) return;
  const length = der.integerOf(all, wrong);
  if (length < 0n || !der.isWithin(length, 64)) throw der.fault(wrong);
}

function checkDistributionPoints(from: der.Cursor): void {
  const wrong = 'x509: invalid CRL distribution point';
  eachInside(
    from,
    `${wrong}s`,
    (point) => {
      const name = der.optionalInside(point, 0xa0, wrong);
      if (!name) return;
      const full = der.inside(name, 0xa0, wrong);
      while (der.isNext(full, 0x86)) der.contentOf(full, 0x86, wrong);
    },
    wrong,
  );
}

function checkPolicyConstraints(from: der.Cursor): void {
  const wrong = 'x509: invalid policy constraints extension';
  const all = der.inside(from, der.tags.sequence, wrong);
  for (const tag of [0x80, 0x81]) {
    if (der.isNext(all, tag) && !der.isWithin(der.integerOf(all, wrong, tag), 64)) throw der.fault(wrong);
  }
}

function checkExtendedKeyUsages(from: der.Cursor): void {
  const wrong = 'x509: invalid extended key usages';
  const all = der.inside(from, der.tags.sequence, wrong);
  while (!der.isAtEnd(all)) der.oidOf(all, wrong);
}

function checkPolicies(from: der.Cursor): void {
  const wrong = 'x509: invalid certificate policies';
  const seen = new Set<string>();
  eachInside(from, wrong, (policy) => {
    const id = der.contentOf(policy, der.tags.oid, wrong);
    const text = id.toString('latin1');
    // Numbers of any size, but each in as few bytes as need be.
    if (seen.has(text) || !/^(?:[\x81-\xff][\x80-\xff]*[\0-\x7f]|[\0-\x7f])+$/.test(text)) throw der.fault(wrong);
    seen.add(text);
  });
}

function checkPolicyMappings(from: der.Cursor): void {
  const wrong = 'x509: invalid policy mappings extension';
  eachInside(from, wrong, (mapping) => {
    der.contentOf(mapping, der.tags.oid, wrong);
    der.contentOf(mapping, der.tags.oid, wrong);
  });
}

function checkInhibitAnyPolicy(from: der.Cursor): void {
  const wrong = 'x509: invalid inhibit any policy extension';
  if (!der.isWithin(der.integerOf(from, wrong), 64)) throw der.fault(wrong);
}

function checkAuthorityAccess(from: der.Cursor, { isCritical }: Extension): void {
  const wrong = 'x509: invalid authority info access';
  if (isCritical) throw der.fault('x509: authority info access incorrectly marked critical');
  eachInside(from, wrong, (access) => {
    der.oidOf(access, wrong);
    if (der.isNext(access, 0x86)) der.contentOf(access, 0x86, wrong);
  });
}
