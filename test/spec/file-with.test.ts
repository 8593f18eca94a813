import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileTemplate } from '../../agent/core/spec.ts';
import { templateHeader } from '../../agent/core/template-header.ts';
import type { Formats } from '../../agent/spec/link-context.ts';
import { documents, externalSecret, reportOf, specOf, store } from './given-spec.ts';

const header = '<%/*\nA line.\n\nNeeds    host\n         port=1  the port\nWith     mark?  a mark\n*/-%>\n';

const formats: Formats = {
  names: async () => ['line', 'plain'],
  header: async (name) => (name === 'line' ? templateHeader(header) : undefined),
};

function given(file: string): string {
  const delivery = `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [a], files: [{ path: f, ${file} }] }\n`;
  return documents(
    store,
    externalSecret('{ secretStoreRef: { name: store }, data: [{ secretKey: b, remoteRef: { key: b } }] }', 'a'),
    delivery,
  );
}

async function fileOf(file: string): Promise<FileTemplate> {
  const [delivery] = (await specOf(given(file), { formats })).deliveries;
  return delivery?.files[0] ?? assert.fail('there is no file');
}

async function refuses(file: string, pattern: RegExp): Promise<void> {
  assert.match((await reportOf(given(file), { formats })).errors.join('\n'), pattern, file);
}

describe('`with` of a file', () => {
  it('takes texts, numbers and booleans as they are written, and entries', async () => {
    const { with: filled } = await fileOf('format: line, with: { host: { entry: b }, port: 0x10, mark: true }');
    assert.deepEqual(
      { ...filled },
      {
        host: { kind: 'entry', entry: 'b' },
        port: { kind: 'text', text: '0x10' },
        mark: { kind: 'text', text: 'true' },
      },
    );
  });

  it('refuses names that the format does not know, and entries for options', async () => {
    await refuses(
      'format: line, with: { hos: x }',
      /with\.hos: format line knows no such name; it takes host, port, mark; did you mean "host"/,
    );
    await refuses('format: line, with: { mark: { entry: b } }', /with\.mark: an option of format line is a text/);
    await refuses('format: lime', /format: no such format; allowed: line, plain; did you mean "line"/);
  });

  it('refuses what is no text', async () => {
    await refuses('format: line, with: { host: [a] }', /with\.host: a text is wanted, or \{ entry: KEY \}/);
    await refuses('format: line, with: { host: { entry: "" } }', /with\.host\.entry: must not be empty/);
    await refuses('goTemplate: x, with: { host: a }', /with: a Go template takes nothing beside its entries/);
  });

  it('is free for a template that says nothing of itself, and bound by one that does', async () => {
    assert.deepEqual(
      { ...(await fileOf("eta: '<%= options.any %>', with: { any: 1 }")).with },
      { any: { kind: 'text', text: '1' } },
    );
    await refuses(`eta: ${JSON.stringify(header)}, with: { any: 1 }`, /with\.any: the template knows no such name/);
  });
});
