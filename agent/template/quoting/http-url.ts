import type { Refuse } from './quoting.ts';

/** A URL with http or https as it is, without user and password in it (RFC 3986): for files that have those elsewhere. */
export function httpUrl(text: string, refuse: Refuse): string {
  const rule = /^https?:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?([/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/;
  return rule.test(text) ? text : refuse('this is not a URL with http or https, or it has a user in it');
}
