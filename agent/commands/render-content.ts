import { AgentError, asAgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import type { Delivery, ExternalSecret, Store } from '../core/spec.ts';
import { type Member, type MemberContent, membersOffered } from '../delivery-content.ts';
import type { Provider } from '../providers/provider.ts';
import { needsOf, storesOf } from '../resolve/needs.ts';
import { type Resolved, resolve } from '../resolve/resolve.ts';
import { type StoreAnswers, type StoreReader, storeReader } from '../store-reader.ts';
import type { Choice } from './render-choice.ts';
import type { TargetTemplates } from './spec-world.ts';

export interface RenderWorld {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open: (store: Store) => Promise<Provider>;
  readonly learn: (values: Iterable<SecretValue>) => void;
  readonly templates: (secret: ExternalSecret) => Promise<TargetTemplates>;
  readonly files: (delivery: Delivery, members: readonly Member[]) => Promise<readonly RenderedFile[]>;
}

/** What would be delivered, before it is put into words. */
export interface RenderContent {
  /** In the order of the choice. */
  readonly externalSecrets: readonly SecretContent[];
  readonly deliveries: readonly DeliveryContent[];
}

export interface SecretContent {
  readonly secret: ExternalSecret;
  /** `nothing`: its store holds nothing for it, and what is published would stay; no entries at all would take it away. */
  readonly content: MemberContent;
  readonly labels: Entries;
  readonly annotations: Entries;
  readonly warnings: readonly string[];
}

export interface DeliveryContent {
  readonly delivery: Delivery;
  readonly files: readonly RenderedFile[];
}

/**
 * One refresh of what was chosen, and the files that it makes; nothing is written. Throws what a refresh would report: each store's own
 * errors, SECRET_MISSING, RESOLVE_FAILED, TEMPLATE_FAILED, FILE_REFUSED. The message names the external secret or the delivery.
 */
export async function renderContent(choice: Choice, stores: readonly Store[], world: RenderWorld): Promise<RenderContent> {
  const readers = readersFor(choice.needed, stores, world);
  try {
    const answers = await fetched(choice.needed, readers, world.signal);
    const contents = new Map<string, SecretContent>();
    for (const secret of choice.needed) contents.set(secret.name, await secretContent(secret, { readers, answers, world }));
    const deliveries: DeliveryContent[] = [];
    for (const delivery of choice.deliveries) deliveries.push(await deliveryContent(delivery, contents, choice, world));
    return { externalSecrets: choice.externalSecrets.flatMap(({ name }) => contents.get(name) ?? []), deliveries };
  } finally {
    // A store that hangs while it is opened would hang here, too; the process ends anyway.
    if (!world.signal.aborted) await Promise.all([...readers.values()].map((reader) => reader.close()));
  }
}

type Readers = ReadonlyMap<string, StoreReader>;
type Answers = ReadonlyMap<string, StoreAnswers>;

function readersFor(secrets: readonly ExternalSecret[], stores: readonly Store[], { open, clock }: RenderWorld): Readers {
  const used = new Set(secrets.flatMap((secret) => [...storesOf(secret)]));
  const wanted = stores.filter(({ id }) => used.has(id));
  return new Map(wanted.map((store) => [store.id, storeReader(store, () => open(store), clock)]));
}

/** One round of each store, as the agent's first one would be. */
async function fetched(secrets: readonly ExternalSecret[], readers: Readers, signal: AbortSignal): Promise<Answers> {
  const needs = needsOf(secrets);
  const rounds = [...readers].map(
    async ([id, reader]) => [id, await reader.read(needs.refs.get(id) ?? [], needs.finds.get(id) ?? [], signal)] as const,
  );
  return new Map(await Promise.all(rounds));
}

interface Round {
  readonly readers: Readers;
  readonly answers: Answers;
  readonly world: RenderWorld;
}

async function secretContent(secret: ExternalSecret, { readers, answers, world }: Round): Promise<SecretContent> {
  const need = <T>(store: string, found: T | undefined): T => {
    if (found) return found;
    throw new AgentError('SPEC_INVALID', `external secret ${secret.name} names ${store}, which is not in the spec`);
  };
  try {
    const templates = await world.templates(secret);
    const result = resolve(
      secret,
      {
        value: (store, ref) => need(store, answers.get(store)).value(ref),
        find: (store, query) => need(store, answers.get(store)).find(query),
      },
      { dialects: (store) => need(store, readers.get(store)).store.dialect, transform: templates.transform },
    );
    return await withTemplates(secret, result, templates, world);
  } catch (error) {
    throw named(secret, asAgentError(error, 'RESOLVE_FAILED', `external secret ${secret.name} could not be resolved`));
  }
}

async function withTemplates(
  secret: ExternalSecret,
  result: Resolved,
  { render }: TargetTemplates,
  { learn }: RenderWorld,
): Promise<SecretContent> {
  const { warnings } = result;
  if (result.kind === 'empty') {
    const content = result.outcome === 'SecretDeleted' ? new Map() : 'nothing';
    return { secret, content, labels: new Map(), annotations: new Map(), warnings };
  }
  learn(result.entries.values());
  const target = await render(result.entries);
  for (const made of [target.entries, target.labels, target.annotations]) learn(made.values());
  const { entries: content, labels, annotations } = target;
  return { ...{ secret, content, labels, annotations }, warnings: [...warnings, ...target.warnings] };
}

/** A store's own error names the store and the object; which manifest asked for it is known here. */
function named({ name }: ExternalSecret, error: AgentError): AgentError {
  if (error.message.startsWith(`external secret ${name}`)) return error;
  const { hint, serverCode, cause } = error;
  const facts = { hint, cause, ...(serverCode === undefined ? {} : { serverCode }) };
  return new AgentError(error.code, `external secret ${name}: ${error.message}`, facts);
}

/** The files of all that is known: of an external secret alone, its own entries and the delivery's further files. */
async function deliveryContent(
  delivery: Delivery,
  contents: ReadonlyMap<string, SecretContent>,
  { externalSecrets }: Choice,
  { files, learn }: RenderWorld,
): Promise<DeliveryContent> {
  const known = delivery.externalSecrets.filter((name) => contents.has(name));
  const offered = new Map(known.map((name) => [name, contents.get(name)?.content ?? 'nothing']));
  const members = membersOffered({ delivery: { ...delivery, externalSecrets: known }, offered });
  if (!members) return { delivery, files: [] };
  const rendered = await files(delivery, members);
  learn(rendered.map(({ value }) => value));
  const own = new Set(delivery.files.map(({ path }) => path));
  for (const { name } of externalSecrets) {
    const content = offered.get(name);
    if (content !== undefined && content !== 'nothing') for (const key of content.keys()) own.add(key);
  }
  return { delivery, files: rendered.filter(({ path }) => own.has(path)) };
}
