import { missingKeys } from '../core/secret-types.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { TemplateObject } from '../core/spec.ts';
import { makesEntries, templateKeys } from '../core/target-template.ts';
import type { Candidate } from './candidates.ts';
import type { Linking } from './link-context.ts';
import type { TemplateFields } from './target-template.ts';

/** Every Go template of the external secrets is parsed before anything is fetched: what is wrong in one is a problem of the spec. */
export async function checkTemplates(externalSecrets: readonly Candidate[], linking: Linking): Promise<void> {
  for (const candidate of externalSecrets) {
    const { target, dataFrom } = candidate.spec;
    const transforms = dataFrom.flatMap(({ rewrite }) => rewrite.flatMap(({ transform }) => transform?.template ?? []));
    for (const text of [...(target.template?.texts ?? []), ...transforms]) await checkTemplate(text, text.value, linking);
    if (target.template) await checkTarget(candidate, target.template, linking);
  }
}

/** `at`: where it stands, or where the file that it stands in is named. */
export async function checkTemplate(at: Located<unknown>, text: string, { options, report }: Linking): Promise<void> {
  if (!options.templates.includes('go')) {
    report(problemAt(at, 'error', 'Go templates are off (--templates=eta)'));
    return;
  }
  const problem = await options.goTemplateProblem(text);
  if (problem !== undefined) report(problemAt(at, 'error', problem));
}

async function checkTarget(
  candidate: Candidate,
  { template, type, hasUnknownKeys }: TemplateFields,
  linking: Linking,
): Promise<void> {
  const at = type ?? { value: '', place: candidate.place, path: `${candidate.path}: spec.target.template` };
  for (const { configMap, secret } of template.from) {
    if (configMap) await checkConfigMap(configMap, at, linking);
    if (secret) linking.used.add(`Secret/${secret.name}`);
  }
  if (!type) return;
  const { data, dataFrom } = candidate.spec;
  const isReplaced = template.mergePolicy === 'Replace' && makesEntries(template);
  const isOpen = hasUnknownKeys || (!isReplaced && dataFrom.length > 0);
  const keys = new Set([...(isReplaced ? [] : data.map(({ secretKey }) => secretKey)), ...templateKeys(template)]);
  const missing = isOpen ? undefined : missingKeys(type.value, keys);
  if (missing === undefined) linking.report(problemAt(type, 'note', 'changes no file: the bytes are the same for every type'));
  else linking.report(problemAt(type, 'warning', `${missing}: an API server would refuse the Secret; the files are delivered`));
}

/** One that stands in the spec can be looked at now. */
async function checkConfigMap({ name, items }: TemplateObject, at: Located<unknown>, linking: Linking): Promise<void> {
  linking.used.add(`ConfigMap/${name}`);
  const document = linking.decoded.kinds.ConfigMap.find(({ value }) => value.metadata.name === name);
  if (!document) return;
  for (const { key } of items) {
    const text = document.value.data.get(key);
    const place = { value: key, place: document.document.place, path: `ConfigMap ${name}: data.${key}` };
    if (text) await checkTemplate(place, Buffer.from(text).toString('utf8'), linking);
    else linking.report(problemAt(at, 'error', `ConfigMap "${name}" in the spec has no key "${key}", which templateFrom names`));
  }
}
