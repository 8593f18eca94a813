import type { Check, FileSyntax, Validation } from '../core/hooks.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { list, oneOf, refine, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf, type Located, located } from '../core/shape-rules.ts';
import { safePath } from './file-access.ts';
import { timeout } from './http-step.ts';
import { type KnownFiles, refuseUnknownFile } from './known-files.ts';
import type { LinkBase } from './link-context.ts';
import { command, usualExecTimeoutMs } from './reload-steps.ts';

/** `check` of a Delivery. */
export interface CheckFields {
  readonly exec?: readonly string[];
  readonly timeout: number;
  readonly validate: readonly ValidationFields[];
}

/** `file` and `as`, or `keypair`. */
export interface ValidationFields {
  readonly file?: Located<string>;
  readonly as?: FileSyntax;
  readonly keypair?: { readonly certificate: Located<string>; readonly key: Located<string>; readonly host?: string };
}

const syntaxes = ['json', 'yaml', 'toml', 'dotenv', 'properties', 'pem'] as const satisfies readonly FileSyntax[];

/** `validate` of one of `files`: the file by itself. */
export const fileValidation = oneOf(...syntaxes, 'keypair');

const keypair = object({
  certificate: required(located(safePath)),
  key: required(located(safePath)),
  host: optional(string({ minLength: 1, description: 'A name that the certificate must be good for.' })),
});

const validation: Shape<ValidationFields> = refine(
  exactlyOneOf(object({ file: optional(located(safePath)), as: optional(oneOf(...syntaxes)), keypair: optional(keypair) }), [
    'file',
    'keypair',
  ]),
  (fields) => {
    if (fields.file && fields.as === undefined) return { wrong: `file needs as: ${syntaxes.join(', ')}` };
    return fields.keypair && fields.as !== undefined ? { wrong: 'as goes with file only' } : { value: fields };
  },
);

export const checkFields: Shape<CheckFields> = refine(
  object({
    exec: optional(command),
    timeout: withDefault(timeout, usualExecTimeoutMs, '30s'),
    validate: withDefault(list(validation), []),
  }),
  (fields) =>
    fields.exec || fields.validate.length > 0 ? { value: fields } : { wrong: 'nothing is checked: give exec or validate' },
);

interface ValidatedFile {
  readonly path: string;
  readonly validate?: FileSyntax | 'keypair';
}

/** Undefined when neither the delivery nor one of its files asks for a check. Reports files that the delivery can't have. */
export function linkCheck(
  check: CheckFields | undefined,
  files: readonly ValidatedFile[],
  known: KnownFiles,
  linking: LinkBase,
): Check | undefined {
  const ofFiles = files.flatMap(({ path, validate }): readonly Validation[] => {
    if (validate === undefined) return [];
    return validate === 'keypair'
      ? [{ kind: 'keypair', certificate: path, key: path }]
      : [{ kind: 'syntax', file: path, syntax: validate }];
  });
  const validations = [...ofFiles, ...(check?.validate.flatMap((each) => linkValidation(each, known, linking)) ?? [])];
  if (!check?.exec) return validations.length > 0 ? { validations } : undefined;
  return { validations, exec: { kind: 'exec', command: check.exec, timeoutMs: check.timeout } };
}

function linkValidation(
  { file, as, keypair: pair }: ValidationFields,
  known: KnownFiles,
  linking: LinkBase,
): readonly Validation[] {
  for (const at of [file, pair?.certificate, pair?.key]) if (at) refuseUnknownFile(at, known, linking);
  if (file && as) return [{ kind: 'syntax', file: file.value, syntax: as }];
  if (!pair) return [];
  const host = pair.host === undefined ? {} : { host: pair.host };
  return [{ kind: 'keypair', certificate: pair.certificate.value, key: pair.key.value, ...host }];
}
