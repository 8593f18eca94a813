import type { Refuse } from './quoting.ts';

/**
 * A string of HCL in quotes, which interpolates nothing: the sign that would begin a template is written by its number, as `$${` would be
 * read otherwise by HCL 1, and after another `$` (HCL Native Syntax Specification, "Template Expressions").
 */
export function hcl(text: string, refuse: Refuse): string {
  // Its strings are of the library cty, which composes all characters.
  if (text !== text.normalize('NFC')) return refuse('HCL can not hold text that is not in normal form C of Unicode');
  const escaped = text.replace(/["\\\p{Cc}\u2028\u2029\ufeff]|[$%](?=\{)/gu, (part) => {
    const named: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    return named[part] ?? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** The name of an attribute, a block or a variable, as it is: a letter or `_`, then also digits and `-`; HCL 1 has no others. */
export function hclName(text: string, refuse: Refuse): string {
  if (text === 'true' || text === 'false') return refuse('this is not a name of HCL but a value');
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(text)
    ? text
    : refuse('this is not a name of HCL: letters, digits, _ and -, no digit first');
}
