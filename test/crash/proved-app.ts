import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export type Moment = 'check' | 'reload' | 'verify';

/**
 * An app that reads a file when it is told to over HTTP, and says whether it runs on what it read: not on what begins with `bad`. Told so, it
 * has the agent killed in the middle of a call, before or after it has done what it was called for.
 */
export interface ProvedApp {
  readonly url: string;
  /** What it runs on. */
  readonly runsOn: () => string;
  /** How often it was told of each generation. */
  readonly reloads: ReadonlyMap<number, number>;
  /** At the next call of this kind that is for this generation. */
  readonly killAt: (moment: Moment, generation: number, when: 'before' | 'after', kill: () => void) => void;
  readonly close: () => Promise<void>;
}

interface Trap {
  readonly moment: Moment;
  readonly generation: number;
  readonly when: 'before' | 'after';
  readonly kill: () => void;
}

/** `directory`: that of the delivery. */
export async function provedApp(directory: string): Promise<ProvedApp> {
  let content = '';
  let runsOn = '';
  const reloads = new Map<number, number>();
  let trap: Trap | undefined;

  const server = createServer((request, response) => {
    const { moment, generation } = callOf(request);
    const sprung = trap?.moment === moment && trap.generation === generation ? trap : undefined;
    if (sprung) trap = undefined;
    if (sprung?.when === 'before') return sprung.kill();
    const status = answer(moment, generation);
    if (sprung) return sprung.kill();
    response.writeHead(status).end();
  });

  function answer(moment: Moment, generation: number): number {
    if (moment === 'reload') {
      reloads.set(generation, (reloads.get(generation) ?? 0) + 1);
      content = readFileSync(join(directory, '..data/text'), 'utf8');
      if (!content.startsWith('bad')) runsOn = content;
    }
    return moment === 'verify' && runsOn !== content ? 500 : 200;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, runsOn: () => runsOn, reloads },
    killAt(moment, generation, when, kill) {
      trap = { moment, generation, when, kill };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function callOf({ url = '' }: IncomingMessage): { readonly moment: Moment; readonly generation: number } {
  const [, moment, generation] = /^\/(check|reload|verify)\/(\d+)$/.exec(url) ?? [];
  if (moment !== 'check' && moment !== 'reload' && moment !== 'verify') throw new Error(`a call that nobody expects: ${url}`);
  return { moment, generation: Number(generation) };
}
