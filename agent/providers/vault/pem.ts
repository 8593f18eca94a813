/** Certificates in PEM: as they are, or in base64, as a field of bytes has them; undefined for what is neither (eso.md 2.1). */
export function pemOf(text: string): string | undefined {
  const decoded = text.includes('-----BEGIN ') ? text : Buffer.from(text, 'base64').toString('latin1');
  return /-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(decoded) ? decoded : undefined;
}
