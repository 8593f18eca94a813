import type { DataFromEntry, Delivery, ExternalSecret, FileDefaults, TemplateSource } from '../core/spec.ts';
import { makesEntries, templateKeys } from '../core/target-template.ts';
import { findInWords } from './check-words.ts';

/** One file that would be written, or a row of files whose names only the store knows. */
export interface FileReport {
  /** Below the directory; or in words: `each key of prod/db`. */
  readonly path: string;
  readonly isKnown: boolean;
  /** Such as `0440`. */
  readonly mode: string;
  /** As numbers; absent: the agent's own. */
  readonly owner?: number;
  readonly group?: number;
}

/** All files of a delivery, as far as they can be told without asking. */
export function filesOf(delivery: Delivery, members: readonly ExternalSecret[]): readonly FileReport[] {
  const entries = delivery.layout === 'files' ? members.flatMap((member) => entryFiles(member, delivery.defaults)) : [];
  const files = delivery.files.map(({ path, ...own }) => file(path, true, { ...delivery.defaults, ...own }));
  return [...entries, ...files];
}

function entryFiles(secret: ExternalSecret, defaults: FileDefaults): readonly FileReport[] {
  const { data, dataFrom, target } = secret;
  const fetched = [
    ...dataFrom.map((entry) => file(manyInWords(entry), false, defaults)),
    ...data.map(({ secretKey }) => file(secretKey, true, defaults)),
  ];
  const { template } = target;
  if (!template) return fetched;
  const made = templateKeys(template).map((key) => file(key, true, defaults));
  const open = template.from.flatMap((source) => documentsInWords(source).map((words) => file(words, false, defaults)));
  const isReplaced = template.mergePolicy === 'Replace' && makesEntries(template);
  const all = [...(isReplaced ? [] : fetched), ...open, ...made];
  return [...new Map(all.map((each) => [each.path, each])).values()];
}

function documentsInWords({ configMap, secret, literal, target }: TemplateSource): readonly string[] {
  if (target !== 'Data') return [];
  const named = [configMap && { what: 'ConfigMap', ...configMap }, secret && { what: 'Secret', ...secret }];
  const items = named.flatMap((object) => {
    const whole = object?.items.filter(({ templateAs }) => templateAs === 'KeysAndValues') ?? [];
    return whole.map(({ key }) => `each key that the template ${key} of ${object?.what} ${object?.name} gives`);
  });
  return literal === undefined ? items : [...items, 'each key that the literal template gives'];
}

function manyInWords(entry: DataFromEntry): string {
  const rewritten = entry.rewrite.length > 0 ? ', rewritten' : '';
  if (entry.kind === 'find') return `${findInWords(entry.find.query)}${rewritten}`;
  if (entry.kind === 'generator') return `each key that ${entry.generator} gives${rewritten}`;
  const { key, property } = entry.remoteRef;
  return `each key of ${key}${property === '' ? '' : `, ${property}`}${rewritten}`;
}

function file(path: string, isKnown: boolean, { mode, owner, group }: FileDefaults): FileReport {
  return {
    ...{ path, isKnown, mode: mode.toString(8).padStart(4, '0') },
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
}
