import type { FileSyntax, Stagger } from '../core/hooks.ts';
import { objectName, waitMs } from '../core/kubernetes-shapes.ts';
import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { boolean, list, oneOf, refine, type Shape, string } from '../core/shape.ts';
import { exactlyOneOf, type Located, located } from '../core/shape-rules.ts';
import type { Delivery, FileDefaults, FileWith } from '../core/spec.ts';
import { type CheckFields, checkFields, fileValidation } from './check-shape.ts';
import { access, directoryPath, mode, safePath } from './file-access.ts';
import { fileWith } from './file-with.ts';
import { deliveryMetadata, type Metadata, objectOf } from './metadata.ts';
import { type ReloadFields, reloadStep } from './reload-steps.ts';
import { stagger } from './stagger.ts';
import { type VerifyFields, verifyFields } from './verify-steps.ts';

/** `spec` of a Delivery: defaults that depend on other objects are still open. */
export interface DeliveryFields {
  readonly externalSecrets: readonly Located<string>[];
  readonly directory?: Located<string>;
  readonly layout: Delivery['layout'];
  readonly defaults: FileDefaults;
  readonly files: readonly Located<FileFields>[];
  readonly settle: { readonly quiet?: number; readonly max?: number };
  readonly keepPrevious: number;
  readonly check?: CheckFields;
  readonly reload: readonly ReloadFields[];
  readonly verify?: VerifyFields;
  readonly onVerifyFailure?: Located<Delivery['onVerifyFailure']>;
  readonly stagger: Stagger;
  readonly firstReload: boolean;
}

/** One of `files`. Exactly one of eta, etaFile, goTemplate, goTemplateFile and format. */
export interface FileFields {
  readonly path: string;
  readonly mode?: number;
  readonly owner?: number;
  readonly group?: number;
  readonly eta?: string;
  readonly etaFile?: Located<string>;
  readonly goTemplate?: Located<string>;
  readonly goTemplateFile?: Located<string>;
  readonly format?: Located<string>;
  readonly with?: Located<FileWith>;
  readonly validate?: FileSyntax | 'keypair';
}

export const standardMode = 0o440;
export const standardKeepPreviousMs = 60_000;

const file: Shape<FileFields> = exactlyOneOf(
  object({
    path: required(safePath),
    ...access,
    eta: optional(string({ description: 'An eta template; `it` holds the entries.' })),
    etaFile: optional(located(string({ minLength: 1, description: 'A file with an eta template; relative to this manifest.' }))),
    format: optional(located(string({ minLength: 1, description: 'A shipped template: dotenv, json, yaml, properties ...' }))),
    goTemplate: optional(located(string({ description: 'A Go template; its fields are the entries.' }))),
    goTemplateFile: optional(
      located(string({ minLength: 1, description: 'A file with a Go template; relative to this manifest.' })),
    ),
    with: optional(located(fileWith)),
    validate: optional(fileValidation),
  }),
  ['eta', 'etaFile', 'goTemplate', 'goTemplateFile', 'format'],
);

const settle = refine(object({ quiet: optional(waitMs), max: optional(waitMs) }), (waits) =>
  waits.quiet !== undefined && waits.max !== undefined && waits.max < waits.quiet
    ? { wrong: 'max is shorter than quiet' }
    : { value: waits },
);

const fields: Shape<DeliveryFields> = object({
  externalSecrets: required(list(located(objectName), { min: 1 })),
  directory: optional(located(directoryPath)),
  layout: withDefault(oneOf('files', 'none'), 'files'),
  defaults: withDefault(object({ ...access, mode: withDefault(mode, standardMode, '0440') }), { mode: standardMode }),
  files: withDefault(list(located(file)), []),
  settle: withDefault(settle, {}),
  keepPrevious: withDefault(waitMs, standardKeepPreviousMs, '60s'),
  reload: withDefault(list(reloadStep), []),
  firstReload: withDefault(boolean(), false),
  check: optional(checkFields),
  verify: optional(verifyFields),
  onVerifyFailure: optional(located(oneOf('rollback', 'keep'))),
  stagger: withDefault(stagger, { kind: 'none' }),
});

export interface DeliveryObject {
  readonly metadata: Metadata;
  readonly spec: DeliveryFields;
}

/** Our own kind: keytide.dev/v1alpha1. */
export const deliveryShape: Shape<DeliveryObject> = objectOf(deliveryMetadata, fields);
