import type { Socket } from 'node:net';
import type { TlsServesStep } from '../core/hooks.ts';
import type { StepFailure } from './hook-context.ts';

/** Has a server that speaks its own protocol first begin TLS on this connection. Undefined when it agreed. */
export async function startTls(
  protocol: NonNullable<TlsServesStep['startTls']>,
  socket: Socket,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  return protocol === 'postgres' ? startPostgres(socket, signal) : startSmtp(socket, signal);
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest, answered by one byte without a frame. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

async function startPostgres(socket: Socket, signal: AbortSignal): Promise<StepFailure | undefined> {
  socket.write(sslRequest);
  const answer = await readUntil(socket, signal, (bytes) => bytes.length > 0);
  switch (answer?.toString('latin1')) {
    case 'S':
      return undefined;
    case 'N':
      return { reason: 'offers no TLS: PostgreSQL runs with ssl = off' };
    default:
      return { reason: 'does not answer as PostgreSQL does' };
  }
}

/** RFC 3207. */
async function startSmtp(socket: Socket, signal: AbortSignal): Promise<StepFailure | undefined> {
  const greeting = await reply(socket, signal);
  if (!greeting?.startsWith('220')) return { reason: 'does not greet as an SMTP server does' };
  socket.write('EHLO keytide\r\n');
  const offers = await reply(socket, signal);
  if (!offers || !/^250[- ]STARTTLS\r?$/im.test(offers)) return { reason: 'does not offer STARTTLS' };
  socket.write('STARTTLS\r\n');
  const ready = await reply(socket, signal);
  return ready && /^220[^\n]*\n$/.test(ready) ? undefined : { reason: 'refuses STARTTLS' };
}

/** All lines of a reply: the last one has a space after its code. */
async function reply(socket: Socket, signal: AbortSignal): Promise<string | undefined> {
  const bytes = await readUntil(socket, signal, (read) => /(^|\n)\d{3}( [^\n]*)?\r?\n$/.test(read.toString('latin1')));
  return bytes?.toString('latin1');
}

const mostBytes = 16 * 1024;

/** Undefined when the connection ends first, or says too much. */
function readUntil(socket: Socket, signal: AbortSignal, isWhole: (bytes: Buffer) => boolean): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const settle = (result: Buffer | undefined): void => {
      socket.off('data', read);
      socket.off('close', gone);
      signal.removeEventListener('abort', gone);
      socket.pause();
      resolve(result);
    };
    const gone = (): void => settle(undefined);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isWhole(bytes)) settle(bytes);
      else if (bytes.length > mostBytes) gone();
    };
    if (socket.closed || signal.aborted) return gone();
    socket.on('data', read);
    socket.on('close', gone);
    signal.addEventListener('abort', gone);
    socket.resume();
  });
}
