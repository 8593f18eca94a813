import type { Refuse } from './quoting.ts';

/**
 * The one private key of a text in PEM (RFC 7468) or in OpenSSH's form of it, as strict readers want it: nothing around it, LF, lines of the
 * usual length; without the line break at the end. One that is cut is refused by the lengths that are in it. Takes what stores really hold: CRLF, line breaks that became blanks or the two characters
 * `\n`, quotes and words around the key. An encrypted key stays encrypted.
 */
export function privateKey(text: string, refuse: Refuse): string {
  const lines = text.replace(/\\+r\\+n|\\+[rn]/g, '\n');
  const keys = [...lines.matchAll(/-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----([\s\S]*?)-----END \1-----/g)];
  const [, label = '', body = ''] = keys[0] ?? [];
  if (keys.length === 0)
    return refuse('this is not a private key in PEM: -----BEGIN ... PRIVATE KEY----- or its -----END is missing');
  if (keys.length > 1) return refuse('this file can not hold more than one private key');
  // Of the old encrypted form (RFC 1421).
  const [head = '', cipher = ''] = /^\s*Proc-Type: *4,ENCRYPTED\s+DEK-Info: *([\w-]+,[\dA-F]+)\s/i.exec(body) ?? [];
  const code = body.slice(head.length).replace(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)) {
    return refuse('this is not a private key: what stands between its first and last line is not base64, or is cut');
  }
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bits = Array.from(code.replace(/=+$/, ''), (digit) => digits.indexOf(digit).toString(2).padStart(6, '0')).join('');
  const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
  const number = (at: number, size: number): number => bytes.slice(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
  const isOpenSsh = label.startsWith('OPENSSH ');
  let end = 0;
  if (isOpenSsh) {
    // PROTOCOL.key of OpenSSH: 15 bytes of a name, the encryption in three fields, how many keys, a public one, the private part.
    for (const skipped of [15, 0, 0, 4, 0]) end += skipped + 4 + number(end + skipped, 4);
  } else if (cipher !== '') {
    end = 8 * Math.ceil(bytes.length / 8); // Whole blocks: nothing else is seen of what is encrypted.
  } else {
    const [tag = 0, size = 0] = bytes; // Of DER: a sequence, with its length, or how many bytes say it.
    end = tag !== 48 ? Number.POSITIVE_INFINITY : size < 128 ? 2 + size : size - 126 + number(2, size - 128);
  }
  if (end > bytes.length) return refuse('this is not a private key, or not all of it');
  const wrapped = code.replace(isOpenSsh ? /.{1,70}/g : /.{1,64}/g, '$&\n');
  const encryption = cipher === '' ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher}\n\n`;
  return `-----BEGIN ${label}-----\n${encryption}${wrapped}-----END ${label}-----`;
}
