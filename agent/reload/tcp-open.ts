import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { TcpStep } from '../core/hooks.ts';
import { parseAddress } from '../core/network-address.ts';
import { codeOf, filled, type HookContext, type StepFailure } from './hook-context.ts';

/** Undefined when something accepts a connection. */
export async function tcpOpen(step: TcpStep, context: HookContext, signal: AbortSignal): Promise<StepFailure | undefined> {
  const options = optionsOf(filled(step.address, context));
  if (!options) return { reason: 'is not an address', isFinal: true };
  const socket = await connected(options, signal);
  if ('reason' in socket) return socket;
  socket.destroy();
  return undefined;
}

function optionsOf(address: string): NetConnectOpts | undefined {
  return address.startsWith('/') ? { path: address } : parseAddress(address);
}

/** An open connection. Whoever has it must destroy it; its later errors are nobody's unless listened to. */
export function connected(options: NetConnectOpts, signal: AbortSignal): Promise<Socket | StepFailure> {
  return new Promise((resolve) => {
    const socket = connect(options);
    const stop = (): void => void socket.destroy();
    const settle = (result: Socket | StepFailure): void => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    socket.on('error', (error) => settle({ reason: `does not accept connections (${codeOf(error)})` }));
    socket.on('close', () => settle({ reason: 'closed the connection' }));
    socket.once('connect', () => settle(socket));
  });
}
