import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goTemplateProblem } from '../../agent/commands/template-problem.ts';
import { problemText } from '../../agent/core/problem.ts';
import type { Spec } from '../../agent/core/spec.ts';
import { knownProviders } from '../../agent/providers/known.ts';
import { readSpec } from '../../agent/spec/read-spec.ts';
import { type Fields, plain } from './fields.ts';
import { type Outcome, skipped } from './outcome.ts';

/** The agent's own reading of an ExternalSecret with this `spec`, against a store with this `provider`; or why there is none. */
export async function specOf(
  spec: Fields,
  provider: Fields = awsProvider,
): Promise<{ readonly spec: Spec } | { readonly outcome: Outcome }> {
  const store = { name: 'store', kind: 'SecretStore' };
  const documents = [
    { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name: 'store' }, spec: { provider } },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'es' },
      spec: { secretStoreRef: store, ...spec },
    },
  ];
  const directory = mkdtempSync(join(tmpdir(), 'keytide-vectors-'));
  try {
    const path = join(directory, 'spec.yaml');
    writeFileSync(path, documents.map((document) => JSON.stringify(plain(document))).join('\n---\n'));
    const options = {
      providers: knownProviders,
      namespace: 'default',
      strictIdentity: false,
      goTemplateProblem,
      templates: ['eta', 'go'],
    } as const;
    const report = await readSpec({ paths: [path], ...options });
    if (report.spec) return { spec: report.spec };
    const errors = report.problems.filter(({ severity }) => severity === 'error');
    const later = errors.find((problem) => problem.later);
    if (later) return { outcome: skipped(later.message) };
    return { outcome: { kind: 'error', error: new Error(errors.map(problemText).join('; ')) } };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const awsProvider = { aws: { service: 'SecretsManager', region: 'eu-west-1' } };
