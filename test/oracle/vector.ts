import type { Answer, Case } from './case.ts';
import type { Data, Datum } from './datum.ts';

/** The case as an entry for test/template/gotemplate/found-vectors.yaml: `want` is what the original says. */
export function vectorText(name: string, question: Case, original: Answer): string {
  const wanted = original.kind === 'error' ? 'wantError' : 'want';
  return [`- name: ${text(name)}`, ...inputLines(question), `  ${wanted}: ${text(original.text)}`].join('\n');
}

function inputLines(question: Case): readonly string[] {
  switch (question.op) {
    case 'template':
      return [
        `  template: ${text(question.source)}`,
        `  data: ${mapping(question.data)}`,
        ...(question.missingKey === 'error' ? [] : [`  missingkey: ${question.missingKey}`]),
        ...(question.delimiters ? [`  delimiters: [${question.delimiters.map(text).join(', ')}]`] : []),
      ];
    case 'gjson':
      return ['  op: gjson', `  document: ${text(question.document)}`, `  path: ${text(question.path)}`];
    case 'duration':
      return ['  op: duration', `  text: ${text(question.text)}`];
    case 'regexFind':
      return ['  op: regexFind', `  pattern: ${text(question.pattern)}`, `  text: ${text(question.text)}`];
    case 'regexReplace':
      return [
        '  op: regexReplace',
        `  pattern: ${text(question.pattern)}`,
        `  text: ${text(question.text)}`,
        `  replacement: ${text(question.replacement)}`,
      ];
  }
}

function mapping(data: Data): string {
  return `{${[...data].map(([key, datum]) => `${text(key)}: ${shown(datum)}`).join(', ')}}`;
}

function shown(datum: Datum): string {
  if (typeof datum === 'string') return text(datum);
  if (typeof datum === 'number') return Number.isInteger(datum) ? datum.toFixed(1) : String(datum);
  if (datum instanceof Map) return mapping(datum);
  if (datum !== null && typeof datum === 'object') return `[${[...(datum as readonly Datum[])].map(shown).join(', ')}]`;
  return String(datum);
}

/** Text that is UTF-8 in double quotes, with what YAML has no room for escaped; else `!!binary`. */
function text(bytes: string): string {
  const decoded = Buffer.from(bytes, 'latin1').toString('utf8');
  if (Buffer.from(decoded, 'utf8').toString('latin1') !== bytes)
    return `!!binary "${Buffer.from(bytes, 'latin1').toString('base64')}"`;
  return JSON.stringify(decoded).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
