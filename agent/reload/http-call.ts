import { readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import { request as sendTls, type RequestOptions as TlsOptions } from 'node:https';
import type { Clock } from '../core/clock.ts';
import type { HttpStep } from '../core/hooks.ts';
import { codeOf, filled, type HookContext, type StepFailure, secondsInWords, timed } from './hook-context.ts';
import { lastLines, printable } from './output-tail.ts';

export interface HttpWorld {
  readonly clock: Clock;
  readonly mask: (text: string) => string;
}

/** Undefined when a status that is expected came. All tries together have the time of the step. Redirects are answers, not followed. */
export async function httpCall(
  step: HttpStep,
  context: HookContext,
  world: HttpWorld,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  let last: StepFailure | undefined;
  const { value, isOver } = await timed(step.timeoutMs, world.clock, signal, async (limit) => {
    for (let tries = 0; ; tries += 1) {
      const failure = await tryOnce(step, context, world, limit);
      if (!failure || limit.aborted) return failure;
      last = failure;
      if (tries >= step.retries) return failure;
      await world.clock.sleep(Math.min(firstPauseMs * 2 ** tries, longestPauseMs), limit);
    }
  });
  return value && isOver ? (last ?? { reason: `did not answer within ${secondsInWords(step.timeoutMs)}` }) : value;
}

const firstPauseMs = 100;
const longestPauseMs = 1_000;

async function tryOnce(
  step: HttpStep,
  context: HookContext,
  world: HttpWorld,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  const options = await optionsOf(step, context);
  if ('reason' in options) return options;
  return new Promise((resolve) => {
    const body = step.body === undefined ? undefined : filled(step.body, context);
    const request = requestOf(filled(step.url, context, encodeURIComponent), options, body);
    const stop = (): void => void request.destroy();
    const settle = (failure?: StepFailure): void => {
      signal.removeEventListener('abort', stop);
      resolve(failure);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    request.on('error', (error) => settle({ reason: reasonOf(codeOf(error)) }));
    request.on('close', () => settle({ reason: reasonOf('ECONNRESET') })); // The last to come; without effect after any other.
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (!step.expectStatus.includes(status)) return void refused(response, status, world).then(settle);
      letEnd(response, world);
      settle();
    });
    request.end(body);
  });
}

function requestOf(url: string, options: TlsOptions, body: string | undefined): ClientRequest {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const all = { ...options, headers: { ...options.headers, ...length } };
  return url.startsWith('https:') ? sendTls(url, all) : send(url, all);
}

/** `agent: false`: a connection of its own, closed after the answer, so that it reaches the process that listens now. */
async function optionsOf(step: HttpStep, context: HookContext): Promise<(RequestOptions & TlsOptions) | StepFailure> {
  const { method, headers, socket, tls } = step;
  const ca = tls.ca === undefined ? undefined : await fileAt(filled(tls.ca, context));
  if (ca && 'reason' in ca) return ca;
  return {
    ...{ method, agent: false, rejectUnauthorized: !tls.skipVerify },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value, context)])),
    ...(socket === undefined ? {} : { socketPath: filled(socket, context) }),
    ...(ca ? { ca: ca.bytes } : {}),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

async function fileAt(path: string): Promise<{ readonly bytes: Buffer } | StepFailure> {
  try {
    return { bytes: await readFile(path) };
  } catch (error) {
    return { reason: `the CA file ${path} can't be read (${codeOf(error)})` };
  }
}

const shownBytes = 2 * 1024;

/** With the first words of the answer, redacted: they often say why. No more than those are read. */
function refused(response: IncomingMessage, status: number, { clock, mask }: HttpWorld): Promise<StepFailure> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const waited = new AbortController();
    const done = (): void => {
      waited.abort();
      response.destroy();
      const words = lastLines(printable(mask(Buffer.concat(chunks).toString('utf8'))).slice(0, shownCharacters));
      const to = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
      resolve({ reason: `answered ${status}${to}${words === '' ? '' : `: ${words}`}` });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunks.reduce((sum, { length }) => sum + length, 0) >= shownBytes) done();
    });
    response.on('error', done);
    response.on('close', done);
    void clock.sleep(endingMs, waited.signal).then(done);
  });
}

const shownCharacters = 300;

/** A server may answer before it has read everything, or stream without end: what comes after the status has little time. */
const endingMs = 1_000;
const mostIgnoredBytes = 64 * 1024;

function letEnd(response: IncomingMessage, { clock }: HttpWorld): void {
  const waited = new AbortController();
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostIgnoredBytes) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => waited.abort());
  void clock.sleep(endingMs, waited.signal).then(() => response.destroy());
}

function reasonOf(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens there (${code})`;
    case 'ENOENT':
      return `there is no such socket (${code})`;
    case 'ECONNRESET':
      return `the connection was closed without an answer (${code})`;
    default:
      return `no answer (${code})`;
  }
}
