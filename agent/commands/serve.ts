import type { Asked } from '../core/asked.ts';
import { SecretValue } from '../core/secret-value.ts';
import type { HealthOptions } from '../observe/health.ts';
import { controlSocketIn, controlTokenIn } from './control.ts';
import type { AgentOptions } from './options.ts';
import { hasDelivered, startupReasons } from './progress.ts';
import type { StartedAgent } from './started-agent.ts';
import type { World } from './world.ts';

/** Serves probes, metrics, status and requests until the signal aborts: at --listen, and on the control socket. Throws USAGE. */
export async function serve(started: StartedAgent, options: AgentOptions, world: World, signal: AbortSignal): Promise<void> {
  const { privateDir, log } = started;
  const { serveControl, serveHealth } = await import('../observe/health.ts');
  const shared = healthOptions(started, world, signal);
  const missing = (error: unknown): void => log.warn({ error }, 'not all ways to ask the agent for a refresh are open');
  if (options.listen !== 'off') {
    const token = await controlTokenIn(privateDir).catch(missing);
    if (token) world.masker.learn([SecretValue.ofText(token)]);
    await serveHealth({ ...shared, listen: options.listen, ...(token ? { token } : {}) });
  }
  await serveControl(shared, controlSocketIn(privateDir)).catch(missing);
}

function healthOptions(started: StartedAgent, world: World, signal: AbortSignal): Omit<HealthOptions, 'listen' | 'token'> {
  const { agent, status, meter, log, mask } = started;
  let wasDelivered = false;
  return {
    ...{ status, meter, log, mask, signal, now: world.clock.now },
    health: () => {
      wasDelivered ||= hasDelivered(agent);
      return { hasDelivered: wasDelivered, waitingFor: startupReasons(agent), aliveAt: agent.aliveAt() };
    },
    onRefresh: (asked) => refreshFor(started, 'POST /refresh', asked),
    onHint: (asked) => hintFrom(started, 'POST /hint', asked),
  };
}

/** The operator asks. False: there is no such thing. */
export function refreshFor({ agent, log }: StartedAgent, askedBy: string, asked: Asked = {}): boolean {
  const isThere = agent.refreshNow(asked);
  if (isThere) log.info({ askedBy, ...asked }, (asked.delivery ?? asked.externalSecret) ? 'refreshing' : 'refreshing all');
  return isThere;
}

/** The app, or somebody for it, asks. Told only when debugging: it may ask as often as it likes. */
export function hintFrom({ agent, log }: StartedAgent, askedBy: string, asked: Asked = {}): boolean {
  const isThere = agent.hint(asked);
  if (isThere) log.debug({ askedBy, ...asked }, 'a hint that values may be stale');
  return isThere;
}
