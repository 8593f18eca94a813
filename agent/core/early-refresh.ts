/** Annotation of an external secret: its stores are asked at every refresh when they mean to put another value there. */
export const followRotationAnnotation = 'keytide.dev/follow-rotation';

/** What is known to come, so that an external secret is refreshed earlier than its interval says. */
export interface Expected {
  /** The latest time at which a store means to rotate what was read, in ms since the epoch. */
  readonly rotatesAt?: number;
  /** Of the certificates among the entries. */
  readonly certificates?: readonly CertificateLife[];
}

/** In ms since the epoch. */
export interface CertificateLife {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A rotation is looked for from shortly before its time on, and so long after it; a store that failed to rotate keeps the old date. */
const lookBeforeMs = 60_000;
const lookAfterMs = 600_000;
const lookEachMs = 30_000;

/** From this share of a certificate's life on it is time for another one. */
const lastShare = 0.1;
/** In that time it is looked for this often in what is left. */
const looksInRest = 10;
const shortestLookMs = 60_000;
const longestLookMs = 300_000;

/**
 * When what was refreshed at `refreshedAt` should be looked at again because of what is expected; Infinity: nothing is. `fraction` is
 * the pod's: pods that expect the same event don't ask at the same instant. Pure.
 */
export function expectedLookAt(expected: Expected, refreshedAt: number, fraction: number): number {
  const { rotatesAt, certificates = [] } = expected;
  const looks = certificates.map((life) => certificateLookAt(life, refreshedAt, fraction));
  return Math.min(
    rotatesAt === undefined ? Number.POSITIVE_INFINITY : rotationLookAt(rotatesAt, refreshedAt, fraction),
    ...looks,
  );
}

function rotationLookAt(rotatesAt: number, refreshedAt: number, fraction: number): number {
  const firstAt = rotatesAt - lookBeforeMs + fraction * lookEachMs;
  if (refreshedAt < firstAt) return firstAt;
  return refreshedAt < rotatesAt + lookAfterMs ? refreshedAt + lookEachMs : Number.POSITIVE_INFINITY;
}

/** Denser towards the end; after it at a pace that a fleet of forgotten certificates can keep up for ever. */
function certificateLookAt({ notBefore, notAfter }: CertificateLife, refreshedAt: number, fraction: number): number {
  const firstAt = notAfter - (notAfter - notBefore) * lastShare * (1 - fraction / looksInRest);
  if (refreshedAt < firstAt) return firstAt;
  const leftMs = notAfter - refreshedAt;
  return refreshedAt + (leftMs > 0 ? Math.max(shortestLookMs, leftMs / looksInRest) : longestLookMs);
}
