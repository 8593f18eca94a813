import type { Problem } from '../core/problem.ts';
import { problemAt } from '../core/shape-rules.ts';
import type { Spec } from '../core/spec.ts';
import { type Candidate, candidates } from './candidates.ts';
import type { DataObject } from './core-kinds.ts';
import type { DecodedSpec } from './decode.ts';
import { entryAt } from './documents.ts';
import { checkTemplates } from './go-templates.ts';
import { identityHints } from './identity.ts';
import { impliedDeliveries } from './implied-deliveries.ts';
import type { LinkBase, Linking, LinkOptions } from './link-context.ts';
import { declaredDeliveries, type LinkedDelivery } from './link-deliveries.ts';
import { checkRefs, externalSecretOf } from './link-external-secrets.ts';
import { linkGenerators } from './link-generators.ts';
import { linkStores } from './link-stores.ts';
import { ownText } from './own-text.ts';
import { podNamespace } from './pod-namespace.ts';
import { compileRegexps, regexpsIn } from './regexps.ts';

export interface LinkedSpec {
  /** To be used only if there is no error among the problems. */
  readonly spec: Spec;
  readonly problems: readonly Problem[];
  /** Ids (`SecretStore/name`) of what something refers to. */
  readonly used: ReadonlySet<string>;
}

/** What the objects say of each other: every reference resolved, every object that is left over told. */
export async function link(decoded: DecodedSpec, options: LinkOptions): Promise<LinkedSpec> {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => {
    problems.push(problem);
  };
  const base: LinkBase = { decoded, options, report, used: new Set(), pod: podNamespace(options.namespace, decoded) };
  const externalSecrets = candidates(base);
  const linking: Linking = { ...base, regexp: await compileRegexps(regexpsIn(decoded, externalSecrets), report) };
  checkRefs(externalSecrets, linking);
  await checkTemplates(externalSecrets, linking);
  const stores = linkStores(externalSecrets, linking);
  const generators = linkGenerators(externalSecrets, linking);
  const deliveries = await linkDeliveries(externalSecrets, linking);
  const spec: Spec = {
    ...{ stores, generators, deliveries, identity: identityHints(linking), ownText: ownText(decoded) },
    externalSecrets: externalSecrets.map((each) => externalSecretOf(each, generators, linking)),
    secrets: dataOf(decoded.kinds.Secret),
    configMaps: dataOf(decoded.kinds.ConfigMap),
  };
  tellOfData(linking);
  return { spec, problems, used: base.used };
}

async function linkDeliveries(externalSecrets: readonly Candidate[], linking: Linking): Promise<Spec['deliveries']> {
  const declared = await declaredDeliveries(externalSecrets, linking);
  const named = namedInDeliveries(linking.decoded);
  const implied = impliedDeliveries(
    externalSecrets.filter(({ name }) => !named.has(name)),
    linking,
  );
  const all = [...declared, ...implied];
  for (const [index, each] of all.entries()) refuseOverlap(each, all.slice(0, index), linking);
  return all.map(({ delivery }) => delivery);
}

/** Also by Deliveries that are wrong: their members aren't alone, and would only add a second error. */
function namedInDeliveries({ ids }: DecodedSpec): ReadonlySet<string> {
  const documents = [...ids.values()].filter(({ kind }) => kind === 'Delivery');
  return new Set(
    documents.flatMap(({ node }) => {
      const names = entryAt(node, 'spec', 'externalSecrets')?.node;
      return names?.kind === 'list' ? names.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : [];
    }),
  );
}

/** A delivery owns its directory: another one in it, or around it, would sweep away what it doesn't know. */
function refuseOverlap({ delivery, at }: LinkedDelivery, before: readonly LinkedDelivery[], { report }: Linking): void {
  for (const { delivery: other } of before) {
    const shared = `${described(delivery)} and ${described(other)}`;
    if (delivery.directory === other.directory)
      report(problemAt(at, 'error', `${shared} want the same directory, "${delivery.directory}"`));
    else if (isInside(delivery.directory, other.directory) || isInside(other.directory, delivery.directory))
      report(problemAt(at, 'error', `${shared}: the directory of one is inside the other's`));
    else if (delivery.name === other.name) report(problemAt(at, 'error', `${shared} have the same name, "${delivery.name}"`));
  }
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function described({ name, origin, externalSecrets }: Spec['deliveries'][number]): string {
  return origin === 'declared' ? `Delivery "${name}"` : `ExternalSecret "${externalSecrets.join('", "')}"`;
}

function dataOf(objects: readonly { readonly value: DataObject }[]): Spec['secrets'] {
  return new Map(objects.map(({ value }) => [value.metadata.name, value.data]));
}

/** A Secret in a manifest is for trying things out. */
function tellOfData({ decoded, used, report }: Linking): void {
  for (const { document } of decoded.kinds.Secret) {
    const isUsed = used.has(`Secret/${document.name}`);
    const message = isUsed
      ? 'its values stand in a manifest, where they are not secret: mount the Secret and name its directory with --credentials'
      : 'not used: nothing refers to it';
    report({ severity: isUsed ? 'warning' : 'note', place: document.place, path: `Secret ${document.name}`, message });
  }
  for (const { document } of decoded.kinds.ConfigMap.filter((each) => !used.has(`ConfigMap/${each.document.name}`)))
    report({
      severity: 'note',
      place: document.place,
      path: `ConfigMap ${document.name}`,
      message: 'not used: nothing refers to it',
    });
}
