import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import type { Deliverer } from '../deliverer-world.ts';
import type { MemberContent } from '../delivery-content.ts';
import { deliveriesOf, type EnvironmentMade, type EnvironmentPlan, makeEnvironment } from '../exec/child-environment.ts';
import { readPublished } from '../publish/read-published.ts';
import type { StartedAgent } from './started-agent.ts';

/** Throws USAGE when the environment is made of a delivery that the spec hasn't. */
export function refuseUnknown(plan: EnvironmentPlan, { agent }: StartedAgent): void {
  const known = agent.deliverers().map(({ delivery }) => delivery.name);
  for (const name of deliveriesOf(plan)) {
    if (known.includes(name)) continue;
    const hint = `The spec has: ${known.join(', ') || 'none'}${didYouMean(name, known)}`;
    throw new AgentError('USAGE', `the environment is made of delivery ${name}, which the spec hasn't`, { hint });
  }
}

/** The environment as readers of the volume would see it now. Throws RESOLVE_FAILED. */
export function environmentNow(plan: EnvironmentPlan, started: StartedAgent): EnvironmentMade {
  const read = new Map<string, Entries>();
  return makeEnvironment(plan, (name) => {
    const entries = read.get(name) ?? valuesOf(name, started);
    read.set(name, entries);
    return entries;
  });
}

/** What of it may surprise. */
export function tellOf({ environment, passedOver, replaced }: EnvironmentMade, { log }: StartedAgent): void {
  log.info({ variables: Object.keys(environment).length, passedOver, replaced }, 'the environment is made');
}

/** Tells when the environment may be another one: the generations that it is made of, as text. */
export function generationsOf(plan: EnvironmentPlan, { agent }: StartedAgent): string {
  const of = deliveriesOf(plan);
  return agent
    .deliverers()
    .filter(({ delivery }) => of.has(delivery.name))
    .map(({ delivery, state }) => `${delivery.name} ${state().published} ${state().acknowledged}`)
    .join('\n');
}

/** Files by their path; and the entries, where a delivery doesn't write them as files. */
function valuesOf(name: string, started: StartedAgent): Entries {
  const deliverer = started.agent.deliverers().find(({ delivery }) => delivery.name === name);
  const files = deliverer && readPublished(started.volume, deliverer.delivery.directory);
  if (!files)
    throw new AgentError('RESOLVE_FAILED', `delivery ${name} has nothing published that an environment could be made of`);
  const byPath = new Map<string, SecretValue>(files.map(({ path, value }) => [path, value]));
  return deliverer.delivery.layout === 'files' ? byPath : new Map([...entriesOf(deliverer, started), ...byPath]);
}

/** Those of what readers see. While the app isn't told of it yet, what was fetched last is that, unless something is held back. */
function entriesOf({ delivery, acknowledged, state }: Deliverer, { agent }: StartedAgent): Entries {
  const { held, pending } = state();
  const told = acknowledged();
  const fetched = (name: string): MemberContent | undefined => agent.clocks().get(name)?.content;
  const members = delivery.externalSecrets.map((name) => told?.get(name) ?? (held || pending ? undefined : fetched(name)));
  return new Map(members.flatMap((content) => (content === undefined || content === 'nothing' ? [] : [...content])));
}
