import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { repository } from '../house/source-files.ts';

/** The part of a pod's spec that the rules of deploy/ look at. The schema check sees the rest. */
export interface PodSpec {
  readonly shareProcessNamespace?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly fsGroup?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly hostPort?: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly securityContext?: SecurityContext;
  readonly volumeMounts: readonly VolumeMount[];
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number; readonly host?: string };
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly projected?: { readonly sources: readonly object[] };
  readonly configMap?: { readonly name: string };
  readonly hostPath?: object;
}

/** Every file of deploy/ with its documents, as kubectl reads them (YAML 1.1: 0440 is octal). */
export function deployFiles(): readonly { readonly name: string; readonly documents: readonly Manifest[] }[] {
  const directory = join(repository, 'deploy');
  const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return names.map((name) => {
    const parsed = parseAllDocuments(readFileSync(join(directory, name), 'utf8'), { version: '1.1', merge: true });
    return { name, documents: Array.from(parsed, (document) => document.toJS()) };
  });
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template: { readonly spec: PodSpec } };
}

/** The Deployments of deploy/, each with its file and the manifests that its agent reads. */
export function deployments(): readonly { readonly file: string; readonly pod: PodSpec; readonly spec: string }[] {
  const files = deployFiles();
  const shared = files.find(({ name }) => name === 'manifests.yaml')?.documents ?? [];
  return files.flatMap(({ name, documents }) =>
    documents.flatMap((manifest) =>
      manifest.kind === 'Deployment' && manifest.spec
        ? [{ file: name, pod: manifest.spec.template.spec, spec: specOf(documents) ?? specOf(shared) ?? '' }]
        : [],
    ),
  );
}

/** Text of the ConfigMap that the agent reads. */
function specOf(documents: readonly Manifest[]): string | undefined {
  const data = documents.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'app-secrets')?.data;
  return data && Object.values(data).join('\n---\n');
}

export function allContainers(pod: PodSpec): readonly Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** Those that run our image. */
export function agents(pod: PodSpec): readonly Container[] {
  return allContainers(pod).filter((container) => container.image.startsWith('keytide:'));
}
