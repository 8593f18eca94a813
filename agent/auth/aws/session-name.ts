/** A name for CloudTrail in the letters that STS takes: 2 to 64 of them. */
export function sessionNameOf(name: string): string {
  const clean = name.replace(/[^\w+=,.@-]+/g, '-').slice(0, 64);
  return clean.length >= 2 ? clean : `keytide${clean === '' ? '' : `-${clean}`}`;
}
