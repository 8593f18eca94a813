import { writeStatus } from '../observe/status-file.ts';
import type { StartedAgent } from './started-agent.ts';

/** Changes come in bursts; status.json follows at this pace. */
const paceMs = 200;

/** Nothing that depends on time alone changes status.json; this only mends a file that somebody removed. */
const restMs = 60_000;

/** The last write of each agent: writes take turns, as they share a draft. */
const turns = new WeakMap<StartedAgent, Promise<void>>();

/** `<root>/.keytide/status.json`, as it is now. A volume that can't take it is no reason to fail: the log says so. */
export function writeStatusOf(started: StartedAgent): Promise<void> {
  const turn = (turns.get(started) ?? Promise.resolve()).then(() => write(started));
  turns.set(started, turn);
  return turn;
}

async function write({ volume, status, log }: StartedAgent): Promise<void> {
  await writeStatus(volume.privateDirectory, status()).catch((error: unknown) =>
    log.warn({ error }, 'status.json could not be written'),
  );
}

/** Keeps status.json current until the signal aborts. */
export async function keepStatusWritten(started: StartedAgent, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const seen = started.changes.rings();
    await writeStatusOf(started);
    await started.clock.sleep(paceMs, signal);
    await started.changes.wait(restMs, seen);
  }
}
