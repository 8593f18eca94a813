import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { goTemplateProblem } from '../../agent/commands/template-problem.ts';
import { openBao, vault } from '../../agent/providers/vault/vault.ts';
import { reportOf } from '../spec/given-spec.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/vault.md'), 'utf8');
const manifests = [...page.matchAll(/^```yaml\n(apiVersion:.*?)^```/gms)].map(([, text = '']) => text);

describe('docs/vault.md', () => {
  it('shows manifests that are accepted', async () => {
    assert.ok(manifests.length >= 2);
    for (const text of manifests) {
      const kind = /^kind: (\w*SecretStore)\nmetadata: \{ name: ([\w-]+)/m.exec(text);
      const user = `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: user }
spec: { secretStoreRef: { name: ${kind?.[2]}, kind: ${kind?.[1]} }, data: [{ secretKey: k, remoteRef: { key: app } }] }
`;
      const { errors, warnings } = await reportOf(text + user, { namespace: 'shop', serviceAccount: 'myapp' });
      assert.deepEqual([errors, warnings], [[], []]);
    }
  });

  it('shows templates that can be parsed, with functions that are there', async () => {
    const rows = /^\| Vault Agent, consul-template \|.*?\n\n/ms.exec(page)?.[0].split('\n') ?? [];
    const ours = rows.flatMap((row) => row.split(/(?<!\\)\|/)[2]?.match(/(?<=`)\{\{[^`]*/g) ?? []);
    assert.ok(ours.length > 30, String(ours.length));
    for (const template of ours) assert.equal(await goTemplateProblem(template.replaceAll('\\|', '|')), undefined, template);
  });

  it('names every field of the two kinds of store', () => {
    const named = (schema: unknown): readonly string[] => Object.keys(Object(Object(schema).properties));
    const fields = [vault, openBao].flatMap(({ shape: { schema } }) => {
      const auth = Object(Object(schema)['properties'])['auth'];
      return [...named(schema), ...named(auth)];
    });
    for (const field of fields) assert.match(page, new RegExp(`\`(auth\\.|tls\\.)?${field}(\\.\\w+)?\``), field);
  });
});
