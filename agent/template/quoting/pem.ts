import type { Refuse } from './quoting.ts';

/**
 * The PEM blocks of a text as every reader takes them (RFC 7468): LF, lines of 64 characters, nothing between the blocks, each block once.
 * Takes what stores really hold: CRLF, line breaks that became spaces or the two characters `\n`, words of explanation around the blocks.
 * `kind`: `certificates` for at least one and nothing else; `key` for one private key, not encrypted, in any of the forms that OpenSSL
 * writes (the curve's parameters, which it puts in front, are in the key as well). A block that is cut is refused by the length that its
 * DER has in front: a server would stop at it, or serve half a chain.
 */
export function pem(text: string, refuse: Refuse, kind = 'any'): string {
  const kinds = new Map([
    ['any', { name: 'a block', wanted: /./ }],
    ['certificates', { name: 'a certificate', wanted: /^(X509 )?CERTIFICATE$/ }],
    ['key', { name: 'a private key', wanted: /^((RSA|EC|DSA) )?PRIVATE KEY$/ }],
  ]);
  const { name, wanted } = kinds.get(kind) ?? refuse("pem() knows the kinds 'certificates' and 'key'");
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const whole = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
  const lines = text.replace(/\\[rn]/g, '\n');
  if (/-----(BEGIN|END)/.test(lines.replace(whole, '')))
    return refuse('this is not PEM: a block in it has no end, or no beginning');
  const blocks = new Set<string>();
  for (const [, label = '', body = ''] of lines.matchAll(whole)) {
    if (kind === 'key' && label === 'EC PARAMETERS') continue;
    if (body.includes('-----BEGIN')) return refuse('this is not PEM: a block in it has no end');
    if (/ENCRYPTED/.test(label + body)) return refuse('this file can not hold an encrypted key: nobody is there to decrypt it');
    if (!wanted.test(label)) {
      return refuse(`this holds a block that is not ${name}${/PRIVATE KEY$/.test(label) ? ', but a private key' : ''}`);
    }
    const code = body.replace(/\s/g, '');
    if (!/^(?=.)([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)) {
      return refuse('this is not PEM: what stands in a block of it is not base64');
    }
    const bits = Array.from(code.slice(0, 8), (digit) => Math.max(0, digits.indexOf(digit)).toString(2).padStart(6, '0'));
    const head = bits.join('').match(/.{8}/g) ?? [];
    const [tag = 0, short = 0, ...long] = head.map((byte) => Number.parseInt(byte, 2));
    const more = short > 128 ? short - 128 : 0; // How many bytes say the length.
    const length = 2 + more + (more === 0 ? short : long.slice(0, more).reduce((sum, byte) => sum * 256 + byte, 0));
    if (tag === 48 ? length !== (code.replace(/=/g, '').length * 6) >> 3 : kind !== 'any') {
      return refuse(`this is not PEM of ${name}: its DER is cut off, or more stands behind it`);
    }
    const written = label.replace('X509 ', ''); // An old name for the same.
    blocks.add(`-----BEGIN ${written}-----\n${code.replace(/.{1,64}/g, '$&\n')}-----END ${written}-----\n`);
  }
  if (blocks.size === 0) return refuse(`this is not PEM: there is not ${name} in it`);
  if (kind === 'key' && blocks.size > 1) return refuse('this file can not hold more than one private key');
  return [...blocks].join('');
}
