import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../agent/core/clock.ts';
import type { LogFields } from '../../agent/core/log.ts';
import type { HookContext } from '../../agent/reload/hook-context.ts';
import type { HookEvent, HookWorld } from '../../agent/reload/hook-world.ts';

/** What the hooks of a test have: real time, processes and files; logs and events are kept. */
export interface HookScene {
  /** Removed at the end of the test. */
  readonly dir: string;
  readonly context: HookContext;
  readonly world: HookWorld;
  readonly lines: readonly { readonly message: string; readonly fields: LogFields }[];
  readonly events: readonly HookEvent[];
}

export const never: AbortSignal = new AbortController().signal;

export function hookScene(t: TestContext, changes: Partial<HookWorld> = {}): HookScene {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-hook-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const lines: { message: string; fields: LogFields }[] = [];
  const events: HookEvent[] = [];
  const log = (fields: LogFields, message: string): void => void lines.push({ message, fields });
  const world: HookWorld = {
    ...{ selfPid: process.pid, kill: (pid, signal) => process.kill(pid, signal), spawn: async () => spawn },
    ...{ clock: systemClock, log: { debug: log, info: log, warn: log, error: log }, mask: (text) => text },
    ...{ environment: { PATH: process.env['PATH'] ?? '', HOME: dir }, feedback: dir },
    validate: async () => {},
    onStep: (event) => void events.push(event),
    ...changes,
  };
  return { dir, world, lines, events, context: { delivery: 'web', generation: 7, directory: dir, feedback: dir } };
}

/** Listens on a free port of 127.0.0.1 until the end of the test. */
export async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => unknown }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // A server that listens on TCP has such an address.
  return port;
}

/** Resolves when it is so; a test that waits in vain ends by its own timeout. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
