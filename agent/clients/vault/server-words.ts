/**
 * What a server wrote, fit for an error: one line, no longer than it takes to understand it, and without what we sent or what looks like a token
 * (vault.md R-22). `text` is `latin1`, as answers are.
 */
export function serverWords(text: string, masked: readonly string[], longest = 400): string {
  const whole = Buffer.from(text, 'latin1').toString('utf8');
  const clean = masked
    .reduce((rest, each) => rest.replaceAll(each, '[...]'), whole)
    .replace(tokens, '[...]')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a server may send anything
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest)}...` : clean;
}

/** Vault's tokens by their prefix, `s.` and `b.` those of before 1.10; JWTs. */
const tokens = /(?<![\w.-])(?:hv[sbr]\.[\w.-]*|[sb]\.[\w-]{8,}[\w.-]*|eyJ[\w-]{4,}(?:\.[\w-]*)*)/g;

/**
 * What a page of something that isn't Vault says of itself: its title, or a short plain text with an error status. Of anything else nothing is shown:
 * half of a cut answer holds half of a secret (vault.md R-21).
 */
export function pageWords(status: number, text: string, masked: readonly string[]): string {
  const title = /<title[^>]*>([^<]+)/i.exec(text)?.[1];
  if (title !== undefined) return serverWords(title, masked, 120);
  const isShown = status >= 400 && text !== '' && !/^\s*[[{"<]/.test(text);
  return isShown ? serverWords(text, masked, 120) : '';
}
