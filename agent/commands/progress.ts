import type { Agent } from '../agent.ts';
import type { Progress } from '../core/patience.ts';

/**
 * Where each delivery stands, for `init` and for a `run` that has not delivered yet. What a predecessor published counts once its
 * external secrets were tried: a store that is down does not keep a pod from coming back.
 */
export function progressOf(agent: Agent): readonly Progress[] {
  const clocks = agent.clocks();
  return agent.deliverers().map((each) => {
    const members = each.delivery.externalSecrets.flatMap((name) => clocks.get(name) ?? []);
    const wereTried = members.every(({ content, error }) => content !== undefined || error !== undefined);
    const own = each.obstacle();
    const theirs = members.flatMap(({ error, failingSince }) => (error ? [{ error, since: failingSince ?? 0 }] : []));
    const isAdopted = each.state().published > 0 && !own && wereTried && theirs.length > 0;
    return {
      delivery: each.delivery.name,
      isSettled: each.isSettled() || isAdopted,
      obstacles: [...(own ? [own] : []), ...theirs],
    };
  });
}

/** True when every delivery has a generation, or nothing to make one of: what a startup probe waits for. */
export function hasDelivered(agent: Agent): boolean {
  return agent.deliverers().every((each) => each.state().published > 0 || each.isSettled());
}

/** What the first delivery still waits for, a line each: for the startup probe and whoever reads its answer. */
export function startupReasons(agent: Agent): readonly string[] {
  return progressOf(agent)
    .filter(({ isSettled }) => !isSettled)
    .map(({ delivery, obstacles: [first] }) => {
      const why = first ? `${first.error.message}. ${first.error.hint}` : 'not fetched yet';
      return `delivery ${delivery}: ${why}`;
    });
}
