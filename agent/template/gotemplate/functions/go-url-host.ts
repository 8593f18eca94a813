import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';
import { ipVersion } from './go-ip.ts';
import { unescapeUrl } from './go-url-escape.ts';

/** A host with its port, as net/url takes it from a URL of that scheme; throws GoError. */
export function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new GoError('invalid IP-literal', 'fixed');
  if (bracket === 0) return parseLiteral(host);
  const isWeb = scheme === 'http' || scheme === 'https';
  const colon = isWeb ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return unescapeUrl(host, 'host');
}

/** An IPv6 address in brackets, and a port behind it. */
function parseLiteral(host: string): string {
  const closing = host.lastIndexOf(']');
  if (closing < 0) throw new GoError("missing ']' in host", 'fixed');
  const colonPort = host.slice(closing + 1);
  checkPort(colonPort);
  const port = unescapeUrl(colonPort, 'host');
  const name = host.slice(1, closing);
  const zone = name.indexOf('%25');
  const address =
    zone < 0 ? unescapeUrl(name, 'host') : unescapeUrl(name.slice(0, zone), 'host') + unescapeUrl(name.slice(zone), 'zone');
  if (versionOf(address) === 4) throw new GoError('invalid IP-literal', 'fixed');
  return `[${address}]${port}`;
}

function versionOf(address: string): 4 | 6 {
  try {
    return ipVersion(address);
  } catch (error) {
    throw error instanceof GoError ? new GoError(`invalid host: ${error.message}`) : error;
  }
}

function checkPort(colonPort: string): void {
  if (!isPort(colonPort)) throw new GoError(`invalid port ${quoteGo(colonPort)} after host`);
}

function isPort(colonPort: string): boolean {
  return /^(?::[0-9]*)?$/.test(colonPort);
}

/** Without the port, and without brackets. */
export function hostname(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && isPort(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}
