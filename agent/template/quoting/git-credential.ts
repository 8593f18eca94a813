import type { Refuse } from './quoting.ts';

/**
 * User, password or path in a line of Git's credential store, percent-encoded (git-credential-store, "Storage format"). Git refuses a line
 * break or a NUL behind the encoding, and since version 2.48 a carriage return.
 */
export function gitCredential(text: string, refuse: Refuse): string {
  if (!text.isWellFormed()) return refuse('a URL can not hold half a character (a lone surrogate)');
  if (/[\0\r\n]/.test(text)) return refuse('the credential store of Git can not hold a line break or a NUL');
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A host as URLs have it, with or without a port: `git.example`, `git.example:8443`, `[::1]:8443`. */
export function hostAndPort(text: string, refuse: Refuse): string {
  const rule = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?$/;
  return rule.test(text) ? text : refuse('this is not a host, such as git.example or git.example:8443');
}
