import type { Refuse } from './quoting.ts';

/**
 * The one host of a line in known_hosts, as it is (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Lists, patterns, hashes and markers are
 * refused: they would have the key trusted for other hosts. So is a port at the end, which would have it trusted for none.
 */
export function knownHost(text: string, refuse: Refuse): string {
  if (text === '') return refuse('a known_hosts file can not hold an empty host');
  if (/[\s\p{Cc}]/u.test(text)) return refuse('a known_hosts file can not hold a host with a blank or a control character');
  if (/[,*?[\]]|^[!#@|]/.test(text)) return refuse('a host in known_hosts can not hold , * ? [ ] nor begin with ! # @ |');
  if (/^[^:]*:[^:]*$/.test(text)) return refuse('this is not a host alone: its port is given apart');
  return text;
}

/**
 * Public keys of a host, a line each as in known_hosts and in `.pub` files: type, base64, and a comment, which is left out. A key that is cut
 * or of another type than its line says is refused: ssh passes over such a line, and asks.
 */
export function hostKeys(text: string, refuse: Refuse): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const lines = text.split(/[\r\n]+/).filter((line) => /[^ \t]/.test(line));
  if (lines.length === 0) return refuse('this is not a host key: it is empty');
  const keys = lines.map((line) => {
    const [, type = '', code = ''] =
      /^[ \t]*([\w.@-]+)[ \t]+((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?:[ \t].*)?$/s.exec(line) ?? [];
    const bits = Array.from(code.replace(/=+$/, ''), (digit) => digits.indexOf(digit).toString(2).padStart(6, '0')).join('');
    const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
    // RFC 4253, section 6.6: fields with their lengths in front, the type first.
    const length = (at: number): number => bytes.slice(at, at + 4).reduce((sum, byte) => sum * 256 + byte, 0);
    const first = String.fromCharCode(...bytes.slice(4, 4 + Math.min(length(0), 100)));
    let end = 0;
    while (end < bytes.length) end += 4 + length(end);
    if (type === '' || /-cert-v\d+@/.test(type) || first !== type || end !== bytes.length)
      return refuse('this is not a host key, or not all of it: TYPE BASE64 in each line');
    return `${type} ${code}`;
  });
  return [...new Set(keys)].join('\n');
}
