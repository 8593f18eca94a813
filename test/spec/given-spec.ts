import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { goTemplateProblem } from '../../agent/commands/template-problem.ts';
import { problemText } from '../../agent/core/problem.ts';
import type { Spec } from '../../agent/core/spec.ts';
import { knownProviders } from '../../agent/providers/known.ts';
import { type ReadSpecOptions, readSpec, type SpecReport } from '../../agent/spec/read-spec.ts';

/** A directory that is gone when the tests of the file are over. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-spec-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A directory with these files: path below it -> text. */
function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

export interface GivenReport extends SpecReport {
  /** Texts with paths relative to the directory, by severity. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** Reads a directory as a pod `web/app` does. */
async function reportOn(directory: string, options: Partial<ReadSpecOptions> = {}): Promise<GivenReport> {
  const report = await readSpec({
    ...{ paths: [directory], providers: knownProviders, namespace: 'web', serviceAccount: 'app', strictIdentity: false },
    ...{ templates: ['eta', 'go'], goTemplateProblem },
    ...options,
  });
  const texts = (severity: string): readonly string[] =>
    report.problems.filter((each) => each.severity === severity).map((each) => problemText(each).replaceAll(`${directory}/`, ''));
  return { ...report, errors: texts('error'), warnings: texts('warning'), notes: texts('note') };
}

/** Reads one file, `spec.yaml`. */
export async function reportOf(text: string, options: Partial<ReadSpecOptions> = {}): Promise<GivenReport> {
  return reportOn(directoryWith({ 'spec.yaml': text }), options);
}

/** The spec of a text that must be accepted. */
export async function specOf(text: string, options: Partial<ReadSpecOptions> = {}): Promise<Spec> {
  const { spec, errors } = await reportOf(text, options);
  if (!spec) throw new Error(`refused: ${errors.join('\n')}`);
  return spec;
}

/** A store that others may refer to as `store`. */
export const store = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { fake: { data: [] } } }
`;

/** An ExternalSecret with this `spec`, as flow YAML or indented by two. */
export function externalSecret(spec: string, name = 'db'): string {
  return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec: ${spec}
`;
}

/** One entry that fits everywhere. */
export const oneEntry = 'secretStoreRef: { name: store }, data: [{ secretKey: password, remoteRef: { key: db } }]';

export function documents(...texts: readonly string[]): string {
  return texts.join('\n---\n');
}
