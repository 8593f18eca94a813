import type { Refuse } from './quoting.ts';

/**
 * A whole URL of https as it is (RFC 3986), without a user in it. For files whose readers fall back on http, or drop what they should
 * send, when the scheme is another one or none.
 */
export function httpsUrl(text: string, refuse: Refuse): string {
  const server = /^https:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d+)?(?=$|[/?#])/;
  const rest = text.replace(server, '');
  const isUrl =
    rest !== text && /^(?:[\w.~:/?@!$&'()*+,;=-]|%[\da-f]{2})*(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[\da-f]{2})*)?$/i.test(rest);
  return isUrl ? text : refuse('this is not a whole URL with the scheme https and without blanks');
}
