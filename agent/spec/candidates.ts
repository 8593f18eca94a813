import type { Place } from '../core/problem.ts';
import type { ClusterExternalSecretFields } from './cluster-external-secret.ts';
import type { ExternalSecretFields } from './external-secret.ts';
import { checkNamespace, type LinkBase, pathOfDocument } from './link-context.ts';
import type { Annotations, Metadata } from './metadata.ts';
import { isDecidable, isSelected } from './pod-namespace.ts';
import { reloadAnnotations } from './reload-annotation.ts';
import type { ReloadFields } from './reload-steps.ts';

/** An external secret, from its own document or out of a ClusterExternalSecret. */
export interface Candidate {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
  readonly spec: ExternalSecretFields;
  readonly place: Place;
  /** Such as `ExternalSecret db`. */
  readonly path: string;
  readonly reload: readonly ReloadFields[];
}

/** Everything that wants to be delivered; a name that is taken twice is an error. */
export function candidates(linking: LinkBase): readonly Candidate[] {
  const found = [...ownDocuments(linking), ...unpacked(linking)];
  const byName = new Map<string, Candidate>();
  for (const each of found) {
    const first = byName.get(each.name);
    if (first) linking.report(twin(each, first));
    else byName.set(each.name, each);
  }
  return [...byName.values()];
}

function twin({ name, place, path }: Candidate, first: Candidate) {
  const message = `gives an external secret "${name}", and ${first.path} at ${first.place.file}:${first.place.line} does so, too`;
  return { severity: 'error', place, path, message } as const;
}

function ownDocuments(linking: LinkBase): readonly Candidate[] {
  return linking.decoded.kinds.ExternalSecret.map(({ document, value: { metadata, spec } }) => {
    checkNamespace(metadata, linking);
    const about = { place: document.place, path: pathOfDocument(document) };
    return { ...identity(metadata), spec, ...about, reload: reloadAnnotations(metadata.annotations, linking.report) };
  });
}

function identity({
  name,
  namespace,
  labels,
  annotations,
}: Metadata): Pick<Candidate, 'name' | 'namespace' | 'labels' | 'annotations'> {
  return { name, labels, annotations, ...(namespace ? { namespace: namespace.value } : {}) };
}

/** The operator would make one ExternalSecret for each namespace; here there is one namespace, the pod's. */
function unpacked(linking: LinkBase): readonly Candidate[] {
  return linking.decoded.kinds.ClusterExternalSecret.flatMap(({ document, value: { metadata, spec } }): readonly Candidate[] => {
    const about = { place: document.place, path: pathOfDocument(document) };
    const { labels, annotations, externalSecretName: name = metadata.name } = spec;
    if (isMeant(spec, linking)) {
      const { externalSecretSpec } = spec;
      return [
        { name, labels, annotations, spec: externalSecretSpec, ...about, reload: reloadAnnotations(annotations, linking.report) },
      ];
    }
    const unknown = spec.selectors.some((selector) => !isDecidable(selector, linking.pod));
    const why = unknown ? ' (its selector needs the labels of the namespace: add the Namespace document to the spec)' : '';
    linking.report({
      severity: 'warning',
      ...about,
      message: `not used: it does not select the namespace "${linking.pod.name}"${why}`,
    });
    return [];
  });
}

function isMeant({ selectors, namespaces }: ClusterExternalSecretFields, { pod }: LinkBase): boolean {
  return namespaces.includes(pod.name) || isSelected(selectors, pod);
}
