import type { Refuse } from './quoting.ts';

/** Base64 of the text's UTF-8 bytes (RFC 4648, section 4, with padding). */
export function b64enc(text: string, refuse: Refuse): string {
  if (!text.isWellFormed()) return refuse('half a character (a lone surrogate) has no UTF-8 bytes');
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes = encodeURIComponent(text).replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group =
      (bytes.charCodeAt(at) << 16) | (left > 1 ? bytes.charCodeAt(at + 1) << 8 : 0) | (left > 2 ? bytes.charCodeAt(at + 2) : 0);
    parts.push(digits.charAt(group >> 18), digits.charAt((group >> 12) & 63));
    parts.push(left > 1 ? digits.charAt((group >> 6) & 63) : '=', left > 2 ? digits.charAt(group & 63) : '=');
  }
  return parts.join('');
}

/** The text whose UTF-8 bytes this base64 holds; line breaks in it are passed over, as `base64 -d` does. */
export function b64dec(text: string, refuse: Refuse): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const code = text.replace(/[\r\n]/g, '');
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)) return refuse('this is not base64');
  const parts: string[] = [];
  for (let at = 0; at < code.length; at += 4) {
    let group = 0;
    for (let i = 0; i < 4; i += 1) group = (group << 6) | Math.max(0, digits.indexOf(code.charAt(at + i)));
    const length = code[at + 2] === '=' ? 1 : code[at + 3] === '=' ? 2 : 3;
    for (let i = 0; i < length; i += 1) parts.push(`%${((group >> (16 - 8 * i)) & 255).toString(16).padStart(2, '0')}`);
  }
  try {
    return decodeURIComponent(parts.join(''));
  } catch {
    return refuse('this base64 holds bytes that are not UTF-8 text');
  }
}
