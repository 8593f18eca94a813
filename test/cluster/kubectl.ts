import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { repository } from '../house/source-files.ts';

/** kubectl with the cluster's kubeconfig, which `cluster.sh exec` puts into the environment. Throws with its stderr. */
export function kubectl(args: readonly string[], input?: string): string {
  return execFileSync('kubectl', ['-n', 'keytide-example', ...args], {
    encoding: 'utf8',
    timeout: 150_000,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
}

/** What `kubectl get pods -o json` tells, as far as the tests look. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly containerID: string;
}

/** The one pod of the example that isn't going away. */
export function onlyPod(): Pod {
  const { items }: { items: readonly Pod[] } = JSON.parse(kubectl(['get', 'pods', '-l', 'app=app', '-o', 'json']));
  const [pod, ...others] = items.filter((item) => item.metadata.deletionTimestamp === undefined);
  if (!pod || others.length > 0)
    throw new Error(`one pod expected, not ${items.map((item) => item.metadata.name).join(', ') || 'none'}`);
  return pod;
}

/** Name, restarts and id of every container: equal before and after means that nothing was restarted. */
export function containerIdentities(pod: Pod): readonly string[] {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return statuses.map((status) => `${status.name} restarts=${status.restartCount} ${status.containerID}`);
}

/** Asks until `holds`, or fails with what it last saw. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s; last seen: ${JSON.stringify(seen)}`);
    await pause(250);
  }
}

/** The namespace of the example, ready for pods. */
export async function namespaceReady(): Promise<void> {
  kubectl(['apply', '-f', join(repository, 'deploy/namespace.yaml')]);
  await eventually(
    'the default service account',
    () => kubectl(['get', 'serviceaccounts', '-o', 'name']),
    (names) => names.includes('default'),
  );
}

/** Takes the app of the example away, so that the next test finds none. */
export async function appGone(): Promise<void> {
  kubectl(['delete', 'deployment/app', '--ignore-not-found']);
  await eventually(
    'the pod is gone',
    () => kubectl(['get', 'pods', '-o', 'name']),
    (names) => names === '',
  );
}
