import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EffortExceeded } from '../../../agent/resolve/gjson/effort.ts';
import { gjsonGet } from '../../../agent/resolve/gjson/get.ts';
import { openBudget } from '../../../agent/template/gotemplate/budget.ts';
import { GoError, LimitExceeded } from '../../../agent/template/gotemplate/go-error.ts';
import { tokensOf } from '../../../agent/template/gotemplate/lexer.ts';
import { parseTemplate } from '../../../agent/template/gotemplate/parser.ts';
import { TemplateError } from '../../../agent/template/gotemplate/template-error.ts';
import { yamlStringMap } from '../../../agent/template/gotemplate/yaml/string-map.ts';

const numRuns = 100_000;

/** Nothing of what users write takes nearly as long. */
const longestMs = 2_000;

/** Texts of pieces that mean something, so that they get far, and of bytes that mean nothing. */
function textOf(...pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
  );
  return fc.array(piece, { maxLength: 40 }).map((all) => all.join(''));
}

/** Ends in time, and throws nothing but what `isExpected` knows. */
function endsWell(work: () => unknown, isExpected: (error: unknown) => boolean): void {
  const startedAt = performance.now();
  try {
    work();
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
  assert.ok(performance.now() - startedAt < longestMs, 'it took too long');
}

const template = textOf(
  ...['{{', '}}', '{{-', '-}}', ' ', '\n', '/*', '*/', '(', ')', '|', ':=', '=', ',', '.', '.a', '$', '$x', '"', '`', "'", '\\'],
  ...['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue', 'nil', 'true', 'printf', 'x'],
  ...['0', '1', '-1', '0x', '1e9', '1i', '_', '"a"', '`b`', "'c'", '{{end}}', '{{if .a}}', '{{.a}}', '{{range $i, $x := .}}'],
);

test('no source makes the lexer throw or hang, and its tokens are the source', () => {
  fc.assert(
    fc.property(template, (source) => {
      endsWell(
        () => {
          let end = 0;
          for (const { kind, at, text } of tokensOf(source, ['{{', '}}'])) {
            assert.ok(at >= end || kind === 'error');
            if (kind === 'error') return;
            assert.equal(source.slice(at, at + text.length), text);
            end = at + text.length;
          }
        },
        () => false,
      );
    }),
    { numRuns },
  );
});

test('no source makes the parser throw anything but its error, or hang', () => {
  const rules = { delimiters: ['{{', '}}'], isFunction: (name: string) => name === 'printf' } as const;
  fc.assert(
    fc.property(template, (source) =>
      endsWell(
        () => parseTemplate(source, 't', rules),
        (error) => error instanceof TemplateError || error instanceof LimitExceeded,
      ),
    ),
    { numRuns },
  );
});

test('no path and no document make gjson throw or hang', () => {
  const json = textOf(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '"a"',
    '"a":',
    '1',
    '-',
    '1e5',
    'true',
    'null',
    '\\',
    '\\u00',
    ' ',
    '{"a":[1,{"b":"c"}]}',
  );
  const path = textOf(
    'a',
    'b',
    '.',
    '|',
    '#',
    '@',
    '*',
    '?',
    '\\',
    '(',
    ')',
    '"',
    '[',
    ']',
    '{',
    '}',
    ':',
    '==',
    '%',
    '~true',
    '@reverse',
    '@flatten',
    '@dig:a',
    '..',
    '0',
    '!',
  );
  fc.assert(
    fc.property(json, path, (document, wanted) =>
      endsWell(
        () => gjsonGet(document, wanted),
        (error) => error instanceof EffortExceeded,
      ),
    ),
    { numRuns },
  );
});

test('no document makes the YAML reader throw anything but its error, or hang', () => {
  const yaml = textOf(
    ...[
      'a',
      'b: ',
      ': ',
      '- ',
      '? ',
      '\n',
      '  ',
      '\t',
      '&a ',
      '*a',
      '!!str ',
      '!<x> ',
      '|',
      '>',
      '|-',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      ' #',
    ],
    ...['---\n', '...\n', '%YAML 1.1\n', '%TAG ! x\n', '<<: *a', '\\x', '1', '0x1f', '~', '\r\n', '\xef\xbb\xbf', '\xff\xfe'],
  );
  fc.assert(
    fc.property(yaml, (document) =>
      endsWell(
        () => yamlStringMap(document, openBudget({ timeoutMs: longestMs }).spend),
        (error) => error instanceof GoError || error instanceof LimitExceeded,
      ),
    ),
    { numRuns },
  );
});
