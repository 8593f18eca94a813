import { isIP } from 'node:net';

/** As Go's net.ParseIP, in its shortest form: 4 bytes, also of an IPv4 address inside IPv6, else 16. Undefined when it is none. */
export function ipAddress(text: string): Buffer | undefined {
  if (text.includes('%')) return undefined; // A zone, which Node takes.
  switch (isIP(text)) {
    case 4:
      return Buffer.from(text.split('.').map(Number));
    case 6: {
      const bytes = groups(text);
      return bytes.subarray(0, 12).equals(mapped) ? bytes.subarray(12) : bytes;
    }
    default:
      return undefined;
  }
}

const mapped = Buffer.from('00000000000000000000ffff', 'hex');

function groups(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::').map(bytesOf);
  return Buffer.from(head + '00'.repeat(16 - (head.length + tail.length) / 2) + tail, 'hex');
}

/** In hexadecimal. */
function bytesOf(part: string): string {
  if (part === '') return '';
  return part
    .split(':')
    .map((group) => (group.includes('.') ? Buffer.from(group.split('.').map(Number)).toString('hex') : group.padStart(4, '0')))
    .join('');
}
