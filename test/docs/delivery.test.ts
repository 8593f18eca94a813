import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { knownProviders } from '../../agent/providers/known.ts';
import { jsonSchema } from '../../agent/spec/json-schema.ts';
import { documents, externalSecret, reportOf, store } from '../spec/given-spec.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/delivery.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);

const entries = ['tls.crt', 'tls.key', 'config.json'].map((key) => `{ secretKey: ${key}, remoteRef: { key: ${key} } }`);
const secret = externalSecret(`{ secretStoreRef: { name: store }, data: [${entries.join(', ')}] }`, 'web-tls');

/** A piece of `spec`, as the page shows it, in a whole document. */
function whole(block: string): string {
  if (block.startsWith('apiVersion:')) return block;
  const fields = block.replace(/^(?=.)/gm, '  ');
  return `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec:\n  externalSecrets: [web-tls]\n${fields}`;
}

describe('docs/delivery.md', () => {
  it('shows Deliveries that are accepted', async () => {
    assert.ok(blocks.length >= 5);
    for (const block of blocks) {
      const { errors, warnings } = await reportOf(documents(store, secret, whole(block)));
      assert.deepEqual([errors, warnings], [[], []], block);
    }
  });

  it('names every field of a Delivery, and every step', () => {
    const { definitions } = Object(jsonSchema(knownProviders));
    const spec = definitions.Delivery.properties.spec.properties;
    const steps = [spec.reload.items, spec.verify.properties.steps.items];
    const fields = [spec, spec.check.properties, ...steps.map(({ properties }) => properties)].flatMap(Object.keys);
    const ofSteps = steps.flatMap(({ properties }) =>
      Object.values(properties).flatMap((step) => Object.keys(Object(step).properties)),
    );
    for (const field of [...fields, ...ofSteps]) assert.match(page, new RegExp(`\`${field}|\\b${field}:`), field);
  });
});
