import type { GoRegexp } from '../core/go-regexp.ts';
import type { Problem } from '../core/problem.ts';
import type { Located } from '../core/shape-rules.ts';
import type { TemplateHeader } from '../core/template-header.ts';
import type { DecodedSpec } from './decode.ts';
import type { SpecDocument } from './documents.ts';
import type { Metadata } from './metadata.ts';
import type { PodNamespace } from './pod-namespace.ts';
import type { Providers } from './store.ts';

/** What the pod is, and what its operator allows. */
export interface LinkOptions {
  readonly providers: Providers;
  /** The pod's own. */
  readonly namespace: string;
  readonly serviceAccount?: string;
  /** Makes errors of what names another identity or namespace than the pod's. */
  readonly strictIdentity: boolean;
  /** The engines that `files` may use. */
  readonly templates: readonly ('eta' | 'go')[];
  /** Hosts that hooks may call beside loopback. */
  readonly hookHosts?: readonly string[];
  /** What is wrong in a Go template, with line and column; undefined: nothing. */
  readonly goTemplateProblem: (text: string) => Promise<string | undefined>;
  /** The shipped templates; unless given, `format` is checked only when it is rendered. */
  readonly formats?: Formats;
}

/** The shipped templates, looked at where a spec names one. */
export interface Formats {
  readonly names: () => Promise<readonly string[]>;
  /** What one says of itself; undefined: there is none of this name. */
  readonly header: (name: string) => Promise<TemplateHeader | undefined>;
}

/** What the parts of linking share. */
export interface LinkBase {
  readonly decoded: DecodedSpec;
  readonly options: LinkOptions;
  readonly pod: PodNamespace;
  readonly report: (problem: Problem) => void;
  /** Ids (`SecretStore/name`) of what something refers to, right or wrong. */
  readonly used: Set<string>;
}

export interface Linking extends LinkBase {
  /** Compiled before; an expression that isn't RE2 was reported and matches nothing. */
  readonly regexp: (source: Located<string>) => GoRegexp;
}

/** Objects of another namespace are taken as if they were in the pod's: a manifest moves over unchanged. */
export function checkNamespace({ namespace }: Metadata, linking: LinkBase): void {
  const { options, report } = linking;
  if (!namespace || namespace.value === options.namespace) return;
  const message = `names another namespace than the pod's, "${options.namespace}"`;
  report({
    severity: options.strictIdentity ? 'error' : 'warning',
    place: namespace.place,
    path: namespace.path,
    message: options.strictIdentity ? `${message}; refused by --strict-identity` : `${message}; it is read as if it stood there`,
  });
}

export function pathOfDocument({ kind, name }: SpecDocument): string {
  return `${kind} ${name}`;
}
