import { AgentError } from '../core/agent-error.ts';
import { decoded } from '../core/decoding.ts';
import { typeProblem } from '../core/secret-types.ts';
import { type Entries, SecretValue } from '../core/secret-value.ts';
import type {
  ExternalSecret,
  SecretKeyRef,
  TargetTemplate,
  TemplateAs,
  TemplateObject,
  TemplateSource,
  TemplateTarget,
} from '../core/spec.ts';
import { makesEntries } from '../core/target-template.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { GoError } from './gotemplate/go-error.ts';
import { runGoTemplate } from './run-go-template.ts';

export interface TargetWorld {
  readonly memory: TemplateMemory;
  /** Keys of ConfigMaps and Secrets that `templateFrom` names. Throws CREDENTIALS_MISSING. */
  readonly configMap: (ref: SecretKeyRef) => Promise<Uint8Array>;
  readonly credential: (ref: SecretKeyRef) => Promise<SecretValue>;
}

/** What External Secrets Operator would write: the data of the Secret, and what its metadata would say. */
export interface RenderedTarget {
  readonly entries: Entries;
  readonly labels: Entries;
  readonly annotations: Entries;
  readonly warnings: readonly string[];
}

/**
 * `target.template` over what was fetched (eso.md 1.7). Every template sees the same entries. Throws TEMPLATE_FAILED, and
 * CREDENTIALS_MISSING where a template can't be read; never with a value.
 */
export async function renderTarget(secret: ExternalSecret, fetched: Entries, world: TargetWorld): Promise<RenderedTarget> {
  const { template } = secret.target;
  if (!template) return { entries: fetched, labels: new Map(), annotations: new Map(), warnings: [] };
  const isReplaced = template.mergePolicy === 'Replace' && makesEntries(template);
  const job: Job = { name: secret.name, fetched, world, made: { Data: new Map(), Labels: new Map(), Annotations: new Map() } };
  if (!isReplaced) for (const [key, value] of fetched) job.made.Data.set(key, value);
  for (const [index, source] of template.from.entries()) await renderSource(job, source, index);
  await renderTexts(job, 'Data', 'template.data', template.data);
  await renderTexts(job, 'Labels', 'template.metadata.labels', template.labels);
  await renderTexts(job, 'Annotations', 'template.metadata.annotations', template.annotations);
  const { Data: entries, Labels: labels, Annotations: annotations } = job.made;
  return { entries, labels, annotations, warnings: warningsOf(secret.name, template, entries) };
}

interface Job {
  readonly name: string;
  readonly fetched: Entries;
  readonly world: TargetWorld;
  readonly made: Readonly<Record<TemplateTarget, Map<string, SecretValue>>>;
}

async function renderTexts(
  job: Job,
  target: TemplateTarget,
  path: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [key, text] of Object.entries(texts)) await renderValue(job, { target, place: path, key, text });
}

/** In this order, whatever the order in the manifest. */
async function renderSource(job: Job, source: TemplateSource, index: number): Promise<void> {
  const { configMap, secret, literal, target, valuesDecodingStrategy: strategy } = source;
  const place = `templateFrom[${index}]`;
  const { world } = job;
  await renderObject(job, configMap, { target, strategy, place: `${place}, ConfigMap`, read: world.configMap });
  await renderObject(job, secret, {
    target,
    strategy,
    place: `${place}, Secret`,
    read: async (ref) => (await world.credential(ref)).reveal(),
  });
  if (literal !== undefined) await renderDocument(job, { target, strategy, place: `${place}, literal`, key: '', text: literal });
}

interface ObjectPart {
  readonly target: TemplateTarget;
  readonly strategy: TemplateSource['valuesDecodingStrategy'];
  readonly place: string;
  readonly read: (ref: SecretKeyRef) => Promise<Uint8Array>;
}

async function renderObject(job: Job, object: TemplateObject | undefined, { read, place, ...part }: ObjectPart): Promise<void> {
  if (!object) return;
  for (const { key, templateAs } of object.items) {
    const bytes = await read({ name: object.name, key });
    const text = Buffer.from(bytes).toString('utf8');
    await renderAs[templateAs](job, { ...part, place: `${place} ${object.name}`, key, text });
  }
}

interface Piece {
  readonly target: TemplateTarget;
  readonly strategy?: TemplateSource['valuesDecodingStrategy'];
  readonly place: string;
  readonly key: string;
  readonly text: string;
}

const renderAs: Readonly<Record<TemplateAs, (job: Job, piece: Piece) => Promise<void>>> = {
  Values: renderValue,
  KeysAndValues: renderDocument,
};

async function renderValue(job: Job, piece: Piece): Promise<void> {
  set(job, piece, piece.key, await rendered(job, piece, piece.key));
}

/** The output is YAML: a map of texts. */
async function renderDocument(job: Job, piece: Piece): Promise<void> {
  const document = await rendered(job, piece, piece.text);
  for (const [key, value] of await parsed(job, piece, document)) {
    const name = Buffer.from(key, 'latin1').toString('utf8');
    if (piece.target === 'Data') checkKey(job, piece, name);
    set(job, piece, name, new SecretValue(Buffer.from(value, 'latin1')));
  }
}

function rendered({ name, fetched, world }: Job, piece: Piece, goName: string): Promise<SecretValue> {
  const { place, key, text } = piece;
  const subject = subjectOf(name, piece);
  return runGoTemplate({ subject, id: `ExternalSecret ${name} ${place} ${key}`, name: goName, text }, fetched, world.memory);
}

function subjectOf(name: string, { place, key }: Piece): string {
  return `external secret ${name}, ${place}${key === '' ? '' : `, key ${key}`}`;
}

/** Steps enough for any document of 1 MiB, aliases and all. */
const mostSteps = 10_000_000;

async function parsed({ name }: Job, piece: Piece, document: SecretValue): Promise<ReadonlyMap<string, string>> {
  const { yamlStringMap } = await import('./gotemplate/yaml/string-map.ts'); // Most templates need none of it.
  let steps = 0;
  try {
    return yamlStringMap(Buffer.from(document.reveal()).toString('latin1'), (more) => {
      steps += more;
      if (steps > mostSteps) throw new GoError('it takes too many steps to read', 'fixed');
    });
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const line = /^yaml: (line \d+)/.exec(error.message)?.[1];
    const why = error.isFixed ? error.message : line === undefined ? 'it is no map of keys and texts' : `it is no YAML (${line})`;
    throw new AgentError('TEMPLATE_FAILED', `${subjectOf(name, piece)}: the output must be YAML: ${why}`, {
      hint: 'Quote what is filled in: key: {{ .value | quote }}.',
    });
  }
}

/** A key becomes the name of a file, as the API server would have it. */
function checkKey({ name }: Job, piece: Piece, key: string): void {
  if (/^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..')) return;
  throw new AgentError('TEMPLATE_FAILED', `${subjectOf(name, piece)}: a key of the output can't be the name of a file`, {
    hint: 'Keys have letters, digits, "-", "_" and "." only, and do not begin with "..".',
  });
}

function set({ name, made }: Job, piece: Piece, key: string, value: SecretValue): void {
  const bytes = decoded(value.reveal(), piece.strategy ?? 'None');
  if ('wrong' in bytes) {
    const message = `${subjectOf(name, piece)}: ${bytes.wrong.replace('decodingStrategy', 'valuesDecodingStrategy')}`;
    throw new AgentError('TEMPLATE_FAILED', message);
  }
  made[piece.target].set(key, new SecretValue(bytes));
}

function warningsOf(name: string, { type }: TargetTemplate, entries: Entries): readonly string[] {
  const problem = typeProblem(type, new Map([...entries].map(([key, value]) => [key, value.reveal()])));
  return problem === undefined
    ? []
    : [`external secret ${name}: ${problem}; a Kubernetes API server would refuse it, the files are delivered`];
}
