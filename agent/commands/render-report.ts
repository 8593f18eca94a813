import type { RenderedFile } from '../core/rendered-file.ts';
import type { Entries } from '../core/secret-value.ts';
import type { Delivery } from '../core/spec.ts';
import type { DeliveryContent, RenderContent, SecretContent } from './render-content.ts';
import { type ValueReport, valueReport } from './render-value.ts';

/** What `keytide render` prints, as `-o json` prints it. */
export interface RenderReport {
  readonly externalSecrets: readonly SecretReport[];
  readonly deliveries: readonly DeliveryFiles[];
}

export interface SecretReport {
  readonly externalSecret: string;
  /** `target.template.type`; absent: none is given. */
  readonly type?: string;
  readonly keys: readonly NamedValue[];
  /** Of the Secret that an operator would write: files have none. */
  readonly labels: readonly NamedValue[];
  readonly annotations: readonly NamedValue[];
  readonly warnings: readonly string[];
  /** What is worth knowing although it is as it should be. */
  readonly notes: readonly string[];
}

export interface DeliveryFiles {
  readonly delivery: string;
  /** Absolute. */
  readonly directory: string;
  readonly files: readonly FileValue[];
  readonly notes: readonly string[];
}

export interface NamedValue extends ValueReport {
  readonly name: string;
}

export interface FileValue extends ValueReport {
  /** Below the directory. */
  readonly path: string;
  /** Such as `0440`. */
  readonly mode: string;
  /** As numbers; absent: the agent's own. */
  readonly owner?: number;
  readonly group?: number;
}

export interface ReportSettings {
  readonly root: string;
  readonly values: 'masked' | 'shown';
  /** Names of keys can come from the store as well. */
  readonly mask: (text: string) => string;
  /** Ids of the templates that used chance or the time (render-memory.ts). */
  readonly madeUp: ReadonlySet<string>;
}

/** Pure. */
export function renderReport({ externalSecrets, deliveries }: RenderContent, settings: ReportSettings): RenderReport {
  const all = deliveries.map(({ delivery }) => delivery);
  return {
    externalSecrets: externalSecrets.map((each) => secretReport(each, all, settings)),
    deliveries: deliveries.map((each) => deliveryFiles(each, settings)),
  };
}

function secretReport(each: SecretContent, deliveries: readonly Delivery[], settings: ReportSettings): SecretReport {
  const { secret, content, labels, annotations, warnings } = each;
  const type = secret.target.template?.type ?? '';
  return {
    externalSecret: secret.name,
    ...(type === '' ? {} : { type }),
    keys: content === 'nothing' ? [] : namedValues(content, settings),
    labels: namedValues(labels, settings),
    annotations: namedValues(annotations, settings),
    warnings: warnings.map(settings.mask),
    notes: [...notesOf(each, deliveries), ...madeUpNotes(`ExternalSecret ${secret.name} `, settings.madeUp)],
  };
}

function namedValues(entries: Entries, { values, mask }: ReportSettings): readonly NamedValue[] {
  return [...entries].map(([name, value]) => ({ name: shownName(name, values, mask), ...valueReport(value, values) }));
}

function shownName(name: string, values: ReportSettings['values'], mask: ReportSettings['mask']): string {
  return values === 'shown' ? name : mask(name);
}

function notesOf({ secret, content }: SecretContent, deliveries: readonly Delivery[]): readonly string[] {
  const { creationPolicy, deletionPolicy } = secret.target;
  if (content === 'nothing') return ['its store holds nothing for it: files that are published would stay as they are'];
  if (content.size === 0 && deletionPolicy === 'Delete')
    return ['its store holds nothing for it: files that are published would be taken away, as deletionPolicy says'];
  const mayWait = creationPolicy === 'Merge' && deliveries.some(({ origin }) => origin === 'implied');
  return mayWait ? ['creationPolicy Merge: it is delivered only where something else makes the directory'] : [];
}

/** The memory of templates tells them apart by ids that begin with what they belong to. */
function madeUpNotes(owner: string, madeUp: ReadonlySet<string>): readonly string[] {
  return [...madeUp]
    .filter((id) => id.startsWith(owner))
    .map((id) => `${id.slice(owner.length).trim()} uses chance or the time: what it gives will be another value in the pod`);
}

function deliveryFiles({ delivery, files }: DeliveryContent, settings: ReportSettings): DeliveryFiles {
  return {
    delivery: delivery.name,
    directory: `${settings.root.replace(/\/+$/, '')}/${delivery.directory}`,
    files: files.map((file) => fileValue(file, settings)),
    notes: madeUpNotes(`Delivery ${delivery.name} `, settings.madeUp),
  };
}

function fileValue({ path, value, mode, uid, gid }: RenderedFile, { values, mask }: ReportSettings): FileValue {
  return {
    ...{ path: shownName(path, values, mask), mode: mode.toString(8).padStart(4, '0') },
    ...(uid === undefined ? {} : { owner: uid }),
    ...(gid === undefined ? {} : { group: gid }),
    ...valueReport(value, values),
  };
}
