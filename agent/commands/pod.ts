import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PodFacts, readPodFacts } from '../auth/pod-facts.ts';
import type { Log } from '../core/log.ts';
import type { AgentOptions } from './options.ts';
import type { World } from './world.ts';

/** Who and where this pod is. */
export interface Pod {
  readonly namespace: string;
  readonly serviceAccount?: string;
  /** As the pod's token, POD_NAME or HOSTNAME say it. */
  readonly name?: string;
  /** For role sessions: namespace and pod. */
  readonly sessionName: string;
  /** What spreads the clocks of pods: the same for all clocks of one. */
  readonly seed: string;
}

/** Flags first, then what the pod's tokens and environment say. */
export async function podOf(options: AgentOptions, world: World): Promise<Pod> {
  const facts: PodFacts = await readPodFacts(options.tokens, world.env);
  const namespace = options.namespace ?? facts.namespace ?? 'default';
  return {
    namespace,
    ...(facts.serviceAccount ? { serviceAccount: facts.serviceAccount } : {}),
    ...(facts.podName ? { name: facts.podName } : {}),
    sessionName: [namespace, facts.podName ?? 'keytide'].join('.'),
    seed: facts.podUid ?? facts.podName ?? String(world.pid),
  };
}

/** The agent's own directory: what --private names, if it is there; else below the root, where the app could be given a look at it. */
export async function privateDirectory(options: AgentOptions, fallback: string, log: Log): Promise<string> {
  const isThere = await stat(options.private).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return options.private;
  if (options.isPrivateGiven) {
    await mkdir(options.private, { recursive: true, mode: 0o700 });
    return options.private;
  }
  log.warn(
    { private: options.private, instead: fallback },
    'there is no private volume; what only the agent may read is kept on the volume',
  );
  const path = fallbackPrivateDirectory(fallback);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Where there is no private volume; `below`: the agent's own directory on the volume of the deliveries. */
export function fallbackPrivateDirectory(below: string): string {
  return join(below, 'private');
}
