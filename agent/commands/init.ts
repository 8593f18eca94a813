import type { AgentError } from '../core/agent-error.ts';
import { initVerdict, type Progress } from '../core/patience.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { AgentOptions } from './options.ts';
import { withoutNeedlessPrograms } from './programs.ts';
import { progressOf } from './progress.ts';
import { type StartedAgent, startAgent } from './started-agent.ts';
import { writeStatusOf } from './status-writer.ts';
import type { World } from './world.ts';

/** How often the patience is asked when nothing changes. */
const lookMs = 250;

/** `keytide init`: `run` until every delivery is settled, or waiting is no use. Publishes what works. Returns the exit code. */
export async function run(options: AgentOptions, world: World): Promise<number> {
  const started = withoutNeedlessPrograms(await startAgent(options, world, 'off'), world);
  let end: 'revoke' | 'keep' = options.keepToken ? 'keep' : 'revoke';
  try {
    const undone = await firstDelivery(started, options, world, 'early');
    if (world.signal.aborted) return world.exitCodeOfSignal();
    await writeStatusOf(started);
    if (undone.length === 0) end = 'keep'; // What was issued is `run`'s from now on.
    return reportUndone(undone, started, world);
  } finally {
    await started.stop(end);
  }
}

/**
 * Resolves with what could not be delivered; empty when all is well, or when the process is asked to end. `early`: not later than
 * waiting makes sense; `in time`: what is undone when `--init-timeout` is over, however hopeless it looks before.
 */
export async function firstDelivery(
  { agent, changes }: StartedAgent,
  options: AgentOptions,
  world: World,
  givingUp: 'early' | 'in time',
  progressIn: typeof progressOf = progressOf,
): Promise<readonly Progress[]> {
  const deadline = world.clock.now() + options.initTimeoutMs;
  while (!world.signal.aborted) {
    const progress = progressIn(agent);
    const shown = givingUp === 'early' ? progress : progress.map((each) => ({ ...each, obstacles: [] }));
    const verdict = initVerdict(shown, world.clock.now(), deadline);
    if (verdict.kind === 'over') return progress.filter(({ isSettled }) => !isSettled);
    await changes.wait(lookMs);
  }
  return [];
}

/** Names every delivery that is missing and why, and returns the exit code that counts most: the lowest. */
export function reportUndone(undone: readonly Progress[], { log }: StartedAgent, world: World): number {
  const errors = undone.flatMap(({ delivery, obstacles }) => obstacles.map(({ error }) => ({ delivery, error })));
  for (const { delivery, error } of errors) log.error({ delivery, error }, 'not delivered');
  if (undone.length === 0) return 0;
  world.lastWords(
    errors.map(({ delivery, error }) => `delivery ${delivery}: ${letter(error)}`).join('\n') || 'not delivered in time',
  );
  return errors.length === 0 ? 6 : Math.min(...errors.map(({ error }) => exitCodeOf(error)));
}

function letter(error: AgentError): string {
  return `${error.message}. ${error.hint}`;
}
