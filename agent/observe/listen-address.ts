/** Where a server listens. No host: all addresses, of both families. */
export interface ListenAddress {
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
}

/** `:8421`, `127.0.0.1:8421`, `[::1]:8421` or `off`; undefined for anything else. */
export function parseListen(text: string): ListenAddress | 'off' | undefined {
  if (text === 'off') return 'off';
  const [, bracketed, plain, digits = ''] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) return undefined;
  const host = bracketed ?? plain ?? '';
  return host === '' ? { port } : { host, port };
}
