import type { Generator } from '../core/generator.ts';
import { laterProblem } from '../core/shape.ts';
import { problemAt } from '../core/shape-rules.ts';
import type { Candidate } from './candidates.ts';
import type { Decoded } from './decode.ts';
import { canonicalText, digestOf } from './digest.ts';
import type { DynamicFields } from './generator.ts';
import { checkNamespace, type Linking, pathOfDocument } from './link-context.ts';
import { generatorRefsOf } from './link-external-secrets.ts';
import { generatorId } from './store-ref.ts';
import { checkSecret, checkServiceAccount } from './store-references.ts';

type DecodedGenerator = Decoded<'VaultDynamicSecret'> | Decoded<'ClusterGenerator'>;

/** The generators that external secrets use, checked; those that none uses are a warning each. */
export function linkGenerators(externalSecrets: readonly Candidate[], linking: Linking): readonly Generator[] {
  const { decoded, used, report } = linking;
  const wanted = new Set(externalSecrets.flatMap(generatorRefsOf).map(({ value }) => generatorId(value)));
  const all: readonly DecodedGenerator[] = [...decoded.kinds.VaultDynamicSecret, ...decoded.kinds.ClusterGenerator];
  for (const { document } of all.filter((each) => !used.has(idOf(each)))) {
    const about = { place: document.place, path: pathOfDocument(document) };
    report({ severity: 'warning', ...about, message: 'not used: no external secret refers to it' });
  }
  return all.filter((each) => wanted.has(idOf(each))).flatMap((each) => linkGenerator(each, linking) ?? []);
}

function idOf({ document: { kind, name } }: DecodedGenerator): string {
  return `${kind}/${name}`;
}

function linkGenerator(each: DecodedGenerator, linking: Linking): Generator | undefined {
  checkNamespace(each.value.metadata, linking);
  const fields = fieldsOf(each, linking);
  if (!fields) return undefined;
  const { provider, request, retrySettings, controller, node } = fields;
  if (controller && !['', 'default'].includes(controller.value)) {
    const message = 'operators of another class ignore this generator; the agent uses it whatever its class';
    linking.report(problemAt(controller, 'warning', message));
  }
  checkReferences(each, provider, linking);
  return {
    ...{ id: idOf(each), name: each.value.metadata.name, provider: provider.name, config: provider.config, request },
    ...(retrySettings ? { retry: retrySettings } : {}),
    digest: digestOf(canonicalText(node)),
  };
}

function fieldsOf({ value }: DecodedGenerator, { report }: Linking): DynamicFields | undefined {
  if (!('kind' in value.spec)) return value.spec;
  if (value.spec.kind === 'known') return value.spec.fields;
  const { name, place, path } = value.spec;
  report({ ...laterProblem(`the generator ${name}`), place, path });
  return undefined;
}

/** A generator of the cluster is used as if it stood in the pod's namespace, and so are its references (eso.md 3.1). */
function checkReferences(
  each: DecodedGenerator,
  { name, config, node, path }: DynamicFields['provider'],
  linking: Linking,
): void {
  const kind = each.document.kind === 'ClusterGenerator' ? 'ClusterSecretStore' : 'SecretStore';
  const { metadata } = each.value;
  const references = linking.options.providers[name]?.references(config);
  for (const ref of references?.serviceAccounts ?? []) checkServiceAccount(ref, { kind, metadata, node, path }, linking);
  for (const ref of references?.secrets ?? []) checkSecret(ref, { kind, metadata, node, path }, linking);
  for (const ref of references?.configMaps ?? []) linking.used.add(`ConfigMap/${ref.name}`);
}
