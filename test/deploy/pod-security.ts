import { allContainers, type Container, type PodSpec } from './pod-spec.ts';

/**
 * What the Pod Security Standard "restricted" refuses in a pod, as far as our manifests could offend: the API server's
 * admission has the last word (test/cluster).
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedProblems(pod: PodSpec): readonly string[] {
  const problems: string[] = [];
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) problems.push('shares a namespace of the host');
  for (const volume of pod.volumes) {
    const source = Object.keys(volume).find((key) => key !== 'name') ?? '';
    if (!allowedVolumes.has(source)) problems.push(`volume ${volume.name} is of kind ${source}`);
  }
  for (const container of allContainers(pod)) {
    problems.push(...containerProblems(pod, container).map((problem) => `container ${container.name} ${problem}`));
  }
  return problems;
}

const allowedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

function containerProblems(pod: PodSpec, container: Container): readonly string[] {
  const own = container.securityContext ?? {};
  const seccomp = (own.seccompProfile ?? pod.securityContext?.seccompProfile)?.type ?? '';
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
  const rules: readonly (readonly [boolean, string])[] = [
    [own.allowPrivilegeEscalation === false, 'may escalate its privileges'],
    [own.privileged !== true, 'is privileged'],
    [own.capabilities?.drop?.includes('ALL') === true, 'does not drop all capabilities'],
    [(own.capabilities?.add ?? []).every((name) => name === 'NET_BIND_SERVICE'), 'adds capabilities'],
    [(own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true, 'may run as root'],
    [(own.runAsUser ?? pod.securityContext?.runAsUser) !== 0, 'runs as root'],
    [seccomp === 'RuntimeDefault' || seccomp === 'Localhost', 'has no seccomp profile'],
    [(container.ports ?? []).every((port) => port.hostPort === undefined), 'takes a port of the host'],
    [probes.every((probe) => probe?.httpGet.host === undefined), 'has a probe with a host'],
  ];
  return rules.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}
