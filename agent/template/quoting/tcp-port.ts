import type { Refuse } from './quoting.ts';

/** The number of a TCP port, 1 to 65535, in digits alone. */
export function tcpPort(text: string, refuse: Refuse): string {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536 ? text : refuse('this is not the number of a TCP port');
}
