/** Where something listens. */
export interface NetworkAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port` or `[v6]:port`; undefined for anything else. Hosts come out as URLs have them: in lower case, numbers in their usual form. */
export function parseAddress(text: string): NetworkAddress | undefined {
  const [, bracketed, plain, digits = ''] = /^(?:\[([\da-fA-F:.]+)\]|([-._a-zA-Z\d]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port === 0 || port > 65_535) return undefined;
  const url = URL.parse(`http://${bracketed === undefined ? (plain ?? '') : `[${bracketed}]`}/`);
  return url ? { host: unbracketed(url.hostname), port } : undefined;
}

/** `::1` of `[::1]`. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** True when the name or number itself says that it never leaves the pod. Names are not looked up: what they mean may change. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
