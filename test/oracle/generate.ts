import { goString } from '../../agent/template/gotemplate/value.ts';
import { functionNames } from './calls.ts';
import type { Case, TemplateCase } from './case.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Datum } from './datum.ts';
import { operand, textOperand } from './expressions.ts';
import { durationText } from './formats.ts';
import { mutated } from './mutated.ts';
import type { Material } from './original.ts';
import { gjsonDocument, gjsonPath } from './paths.ts';
import { pattern, replacement, subject } from './regexps.ts';
import type { Scope } from './scope.ts';
import { action, anyPipeline, body, definition, unreached } from './templates.ts';
import { yamlText } from './yaml-texts.ts';

export const operations = ['template', 'toYaml', 'fromYaml', 'gjson', 'duration', 'regexFind', 'regexReplace'] as const;
export type Operation = (typeof operations)[number];

export interface Wanted {
  readonly seed: string;
  readonly material: Material;
  /** Functions to reach for; all when there are none. */
  readonly only: readonly string[];
}

/** The case with this number: the same for the same seed. */
export function generated(wanted: Wanted, operation: Operation, index: number): Case {
  const chance = chanceOf(`${wanted.seed}/${operation}`, index);
  switch (operation) {
    case 'template':
      return template(wanted, chance, index);
    case 'toYaml': {
      const scope = scopeOf(wanted, chance, false);
      return plain(scope, `{{toYaml ${operand(scope, chance.pick(['dict', 'list', 'value', 'dict'] as const), 4)}}}`);
    }
    case 'fromYaml': {
      const scope = scopeOf(wanted, chance, false);
      return plain(
        scope,
        `{{fromYaml ${textOperand(scope, 0, yamlText(chance), 'yaml')} | ${chance.pick(['toRawJson', 'toYaml', 'print'])}}}`,
      );
    }
    case 'gjson':
      return { op: 'gjson', document: gjsonDocument(chance), path: asUtf8(gjsonPath(chance)) };
    case 'duration':
      return { op: 'duration', text: asUtf8(durationText(chance)) };
    case 'regexFind':
      return { op: 'regexFind', pattern: pattern(chance), text: subject(chance) };
    case 'regexReplace':
      return {
        op: 'regexReplace',
        pattern: asUtf8(pattern(chance)),
        text: asUtf8(subject(chance)),
        replacement: asUtf8(replacement(chance)),
      };
  }
}

/** What reads manifests never sees a byte that is no UTF-8. */
function asUtf8(bytes: string): string {
  return goString(Buffer.from(bytes, 'latin1').toString('utf8'));
}

/** Functions that take tens of milliseconds or more come up seldom: there are thousands of cases. */
const slow = /^(gen|bcrypt|htpasswd|derivePassword|buildCustomCert|.*[pP]kcs12|.*PKCS12|pkcs12)/;

function scopeOf({ material, only }: Wanted, chance: Chance, hasMistakes: boolean): Scope {
  const quick = functionNames.filter((name) => !slow.test(name));
  const functions = only.length > 0 ? only : chance.happens(0.08) ? functionNames.filter((name) => slow.test(name)) : quick;
  const isTyped = chance.happens(0.25);
  const nothing = { variables: [], templates: [], isInRange: false };
  return {
    chance,
    material,
    data: new Map<string, Datum>(),
    isTyped,
    root: '.',
    dot: 'root',
    budget: { left: 14 },
    functions,
    hasMistakes,
    ...nothing,
  };
}

function plain(scope: Scope, source: string): TemplateCase {
  return { op: 'template', source, data: scope.data, missingKey: 'error' };
}

function template(wanted: Wanted, chance: Chance, index: number): TemplateCase {
  const scope = scopeOf(wanted, chance, chance.happens(0.5));
  const source = sourceOf(scope, wanted.only.length > 0 || index % 3 === 0);
  unreached(scope);
  const missingKey = chance.weighted([
    [8, 'error' as const],
    [1, 'default' as const],
    [1, 'zero' as const],
  ]);
  const changed = chance.happens(0.09) ? mutated(chance, source) : source;
  if (!chance.happens(0.03)) return { op: 'template', source: changed, data: scope.data, missingKey };
  const delimiters = chance.pick([
    ['[[', ']]'],
    ['<%', '%>'],
    ['<<', '>>'],
    ['{%', '%}'],
    ['\xc2\xab', '\xc2\xbb'],
    ['<', '>'],
    ['{{', '}'],
  ] as const);
  const delimited = changed.replaceAll('{{', delimiters[0]).replaceAll('}}', delimiters[1]);
  return { op: 'template', source: delimited, data: scope.data, missingKey, delimiters };
}

/** Every third template is one call alone, so that every function is tried often on its own. */
function sourceOf(scope: Scope, isOneCall: boolean): string {
  const { chance } = scope;
  if (isOneCall) return action(chance, anyPipeline(scope, 3));
  const count = chance.happens(0.15) ? chance.between(1, 2) : 0;
  const definitions: string[] = [];
  let inner = scope;
  for (let at = 0; at < count; at += 1) {
    const [text, made] = definition(inner, at);
    definitions.push(text);
    inner = { ...inner, templates: [...inner.templates, made] };
  }
  const main = body(inner, 3) || action(chance, anyPipeline(inner, 3));
  return chance.happens(0.8) ? definitions.join('') + main : main + definitions.join('');
}
