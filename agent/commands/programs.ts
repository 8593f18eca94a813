import type { Delivery } from '../core/spec.ts';
import type { StartedAgent } from './started-agent.ts';
import type { World } from './world.ts';

/**
 * The agent without the right to start programs, unless its spec has one to run. The right can't be had back: whoever adds the first
 * program to a running spec is told to restart the pod.
 */
export function withoutNeedlessPrograms(started: StartedAgent, world: World): StartedAgent {
  const { agent, log } = started;
  const runsOne = (): boolean => agent.deliverers().some(({ delivery }) => runsProgram(delivery));
  if (runsOne() || !world.giveUpPrograms()) return started;
  return {
    ...started,
    async rereadSpec() {
      await started.rereadSpec();
      if (runsOne())
        log.warn(
          {},
          'a program of the changed spec can not be started before the pod is restarted: the agent gave up its right to',
        );
    },
  };
}

function runsProgram({ check, reload, verify }: Delivery): boolean {
  return check?.exec !== undefined || [...reload, ...(verify?.steps ?? [])].some(({ kind }) => kind === 'exec');
}
