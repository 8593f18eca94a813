import type { IdentityHints } from '../core/spec.ts';
import type { Linking } from './link-context.ts';
import { plainAnnotations } from './metadata.ts';

/** Who the pod is, with the annotations of its ServiceAccount if the spec has that document. */
export function identityHints({ decoded, options, report }: Linking): IdentityHints {
  const { namespace, serviceAccount } = options;
  const documents = decoded.kinds.ServiceAccount;
  const [only, ...more] = documents;
  // Outside a cluster the pod's service account isn't known: then the only one that is described is taken for it.
  const own =
    serviceAccount === undefined
      ? more.length === 0
        ? only
        : undefined
      : documents.find(({ document }) => document.name === serviceAccount);
  for (const { document } of documents) {
    if (document === own?.document) continue;
    const whose = serviceAccount === undefined ? "it is not known which one is the pod's" : `the pod runs as "${serviceAccount}"`;
    report({
      severity: 'warning',
      place: document.place,
      path: `ServiceAccount ${document.name}`,
      message: `not used: ${whose}`,
    });
  }
  const name = serviceAccount ?? own?.document.name;
  return {
    namespace,
    ...(name === undefined ? {} : { serviceAccount: name }),
    annotations: own ? plainAnnotations(own.value.metadata.annotations) : {},
  };
}
