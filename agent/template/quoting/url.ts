import type { Refuse } from './quoting.ts';

/** Percent-encoded for any part of a URL (RFC 3986): all but letters, digits and `-._~`. */
export function url(text: string, refuse: Refuse): string {
  if (!text.isWellFormed()) return refuse('a URL can not hold half a character (a lone surrogate)');
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
