import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { schemaProblems } from './kubernetes-schema.ts';
import { restrictedProblems } from './pod-security.ts';
import { agents, allContainers, type Container, deployFiles, deployments, type PodSpec } from './pod-spec.ts';

test('every manifest of deploy/ has only fields that Kubernetes knows, of the right type', () => {
  for (const { name, documents } of deployFiles()) {
    for (const manifest of documents) assert.deepEqual(schemaProblems(manifest), [], name);
  }
});

test('the schema check refuses an unknown field, a wrong type, a missing field', () => {
  const pod = { containers: [{ name: 'a', image: 'b', volumeMount: [] }], volumes: [{ emptyDir: { sizeLimit: '8 MB' } }] };
  assert.deepEqual(schemaProblems({ apiVersion: 'v1', kind: 'Pod', spec: pod }), [
    'Pod.spec.containers[0]: unknown field volumeMount',
    'Pod.spec.volumes[0]: name is missing',
    'Pod.spec.volumes[0].emptyDir.sizeLimit: not a quantity',
  ]);
});

test('the restricted check refuses what admission would', () => {
  const bare = { name: 'a', image: 'b', volumeMounts: [] };
  const problems = restrictedProblems({ containers: [bare], volumes: [{ name: 'v', hostPath: {} }], hostNetwork: true });
  assert.deepEqual(problems, [
    'shares a namespace of the host',
    'volume v is of kind hostPath',
    'container a may escalate its privileges',
    'container a does not drop all capabilities',
    'container a may run as root',
    'container a has no seccomp profile',
  ]);
});

test('the examples live in a namespace that enforces the restricted standard', () => {
  const manifests = deployFiles().flatMap(({ documents }) => documents);
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
  assert.equal(namespaces[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  for (const { kind, metadata } of manifests) {
    if (kind !== 'Namespace') assert.equal(metadata.namespace, namespaces[0]?.metadata.name, `${kind} ${metadata.name}`);
  }
});

test('there are examples to try the rules below on', () => assert.ok(deployments().length >= 4));

for (const { file, pod, spec } of deployments()) {
  suite(file, () => {
    test('passes the restricted standard, with a read-only root besides', () => {
      assert.deepEqual(restrictedProblems(pod), []);
      for (const container of allContainers(pod))
        assert.equal(container.securityContext?.readOnlyRootFilesystem, true, container.name);
    });

    test('puts the agent first, so that whatever starts after it has its secrets', () => {
      assert.equal(pod.initContainers?.[0], agents(pod)[0]);
    });

    test('keeps the token, the manifests and the private volume in the agent alone', () => {
      for (const container of others(pod)) {
        const mounted = container.volumeMounts.map(({ name }) => name);
        assert.deepEqual(
          mounted.filter((name) => ['keytide-token', 'keytide-private', 'app-secrets'].includes(name)),
          [],
        );
      }
      assert.equal(pod.automountServiceAccountToken, false);
    });

    test('gives the app the secrets read-only, on a memory volume with a limit', () => {
      for (const container of others(pod)) {
        for (const mount of mountsOf(container, 'secrets')) assert.equal(mount.readOnly, true, container.name);
      }
      for (const { name, emptyDir } of pod.volumes) {
        if (!emptyDir) continue;
        assert.equal(emptyDir.medium, 'Memory', name);
        assert.match(emptyDir.sizeLimit ?? '', /^\d+Mi$/, name);
      }
    });

    test('mounts in every agent all that it needs, where it looks for it', () => {
      for (const agent of agents(pod)) {
        const paths = new Map(agent.volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
        assert.equal(paths.get('app-secrets'), '/etc/keytide');
        assert.equal(paths.get('secrets'), '/run/keytide');
        assert.equal(paths.get('keytide-private'), '/run/keytide-private');
        assert.equal(paths.get('keytide-feedback'), '/run/keytide-feedback');
        assert.equal(paths.get('podinfo'), '/etc/podinfo');
      }
    });

    test('mounts only volumes that it has, and has no volume that it does not mount', () => {
      const mounted = new Set(allContainers(pod).flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)));
      assert.deepEqual([...mounted].sort(), pod.volumes.map(({ name }) => name).sort());
    });

    test('leaves a Guaranteed pod Guaranteed: requests equal limits', () => {
      for (const { name, resources } of allContainers(pod)) {
        assert.ok(resources?.limits, name);
        assert.deepEqual(resources.requests, resources.limits, name);
      }
    });

    test('probes the agent that keeps running, and waits for it longer than it waits itself', () => {
      const running = agents(pod).filter(({ args }) => args?.[0] === 'run');
      assert.equal(running.length, 1);
      for (const { startupProbe, readinessProbe, livenessProbe, ports } of running) {
        assert.equal(startupProbe?.httpGet.path, '/startup');
        assert.equal(readinessProbe?.httpGet.path, '/ready');
        assert.equal(livenessProbe?.httpGet.path, '/live');
        assert.equal(startupProbe?.httpGet.port, ports?.[0]?.name);
        assert.ok((startupProbe.periodSeconds ?? 10) * (startupProbe.failureThreshold ?? 3) > 300);
      }
    });

    test('shares the process namespace only where a signal needs it, and then with one user', () => {
      const signals = /reload-signal|signal:/.test(spec);
      assert.equal(pod.shareProcessNamespace === true, signals);
      const users = new Set(
        allContainers(pod).map((container) => container.securityContext?.runAsUser ?? pod.securityContext?.runAsUser),
      );
      if (signals) assert.equal(users.size, 1);
      else assert.ok(users.size === 1 || pod.securityContext?.fsGroup !== undefined, 'different users need a common group');
    });
  });
}

function others(pod: PodSpec): readonly Container[] {
  const ours = new Set(agents(pod));
  return allContainers(pod).filter((container) => !ours.has(container));
}

function mountsOf(container: Container, volume: string): Container['volumeMounts'] {
  return container.volumeMounts.filter(({ name }) => name === volume);
}
