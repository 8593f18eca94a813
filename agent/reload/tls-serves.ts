import { X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import type { TlsServesStep } from '../core/hooks.ts';
import { parseAddress } from '../core/network-address.ts';
import { codeOf, type HookContext, type StepFailure } from './hook-context.ts';
import { startTls } from './start-tls.ts';
import { connected } from './tcp-open.ts';

/**
 * Undefined when the certificate that the server shows is, byte for byte, the first one of the file. Nobody is trusted by that: whether
 * clients would trust it isn't asked.
 */
export async function tlsServes(
  step: TlsServesStep,
  context: HookContext,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  const wanted = await certificateIn(`${context.directory}/${step.certificate}`);
  if ('reason' in wanted) return wanted;
  const address = parseAddress(step.address);
  if (!address) return { reason: 'is not an address', isFinal: true };
  const socket = await connected(address, signal);
  if ('reason' in socket) return socket;
  const served = await servedOn(socket, { ...step, host: address.host }, signal);
  if ('reason' in served) return served;
  return served.raw.equals(wanted.raw) ? undefined : { reason: `serves ${inWords(served)}; wanted is ${inWords(wanted)}` };
}

const mostBytes = 1024 * 1024;

/** Of a PEM file; others may stand before it (a key) and after it (the chain). The file doesn't change while it is verified. */
async function certificateIn(path: string): Promise<X509Certificate | StepFailure> {
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
      const text = buffer.subarray(0, bytesRead).toString('latin1');
      const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0];
      if (block === undefined) return { reason: `can't be compared: ${path} holds no certificate in PEM form`, isFinal: true };
      return new X509Certificate(block);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { reason: `can't be compared: the certificate in ${path} can't be read (${codeOf(error)})`, isFinal: true };
  }
}

/** Leaves the connection closed. */
async function servedOn(
  socket: Socket,
  { startTls: protocol, serverName, host }: TlsServesStep & { readonly host: string },
  signal: AbortSignal,
): Promise<X509Certificate | StepFailure> {
  const refusal = protocol && (await startTls(protocol, socket, signal));
  if (refusal) {
    socket.destroy();
    return refusal;
  }
  const name = serverName ?? (isIP(host) ? undefined : host);
  return new Promise((resolve) => {
    const secure = connect({ socket, rejectUnauthorized: false, ...(name === undefined ? {} : { servername: name }) });
    const stop = (): void => void secure.destroy();
    const settle = (result: X509Certificate | StepFailure): void => {
      signal.removeEventListener('abort', stop);
      secure.destroySoon(); // Says goodbye first: servers log a handshake that breaks off.
      resolve(result);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    secure.on('error', (error) => settle({ reason: `has no TLS with the agent (${codeOf(error)})` }));
    secure.on('close', () => {
      socket.destroy();
      settle({ reason: 'closed the connection before TLS began' });
    });
    secure.once('secureConnect', () => settle(secure.getPeerX509Certificate() ?? { reason: 'shows no certificate' }));
  });
}

/** What tells two certificates apart. All of it is public. */
function inWords({ subject, serialNumber, validTo }: X509Certificate): string {
  const name = (subject ?? '').replaceAll('\n', ', ').slice(0, 200);
  return `${name === '' ? 'a certificate without subject' : name}, serial ${serialNumber}, valid until ${validTo}`;
}
