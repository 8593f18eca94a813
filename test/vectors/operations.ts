import { formatGoDuration, parseGoDuration } from '../../agent/core/go-duration.ts';
import { parseGoJson, writeGoJson } from '../../agent/core/go-json.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { dataPath, type KvPlace, metadataPath } from '../../agent/providers/vault/paths.ts';
import { decoded } from '../../agent/resolve/decoding.ts';
import { convertKeys, type Values, validKeys } from '../../agent/resolve/entry-keys.ts';
import { extracted } from '../../agent/resolve/extract.ts';
import { Failure, NoSecret } from '../../agent/resolve/failure.ts';
import { gjsonGet } from '../../agent/resolve/gjson/get.ts';
import { latin1, readProperty } from '../../agent/resolve/property.ts';
import { rewritten } from '../../agent/resolve/rewrite.ts';
import { keyTransform } from '../../agent/template/key-transform.ts';
import { renderTarget } from '../../agent/template/target-template.ts';
import { dialects } from './dialects.ts';
import { bytesOf, type Fields, fields, textOr } from './fields.ts';
import { gotemplate } from './gotemplate.ts';
import { specOf } from './manifests.ts';
import { type Outcome, skipped } from './outcome.ts';
import { pipeline, templateWorld } from './pipeline.ts';

/** One adapter an `op` of the vectors: it hands the input to the code that does the job. */
export type Adapter = (input: Fields, expect: Fields) => Outcome | Promise<Outcome>;

export const operations: Readonly<Record<string, Adapter>> = {
  property,
  extract,
  decode: ({ strategy, input }) => value(decoded(bytesOf(input), decodingStrategy(strategy))),
  convert: ({ strategy, input }) => map(convertKeys(valuesOf(input), strategy === 'Unicode' ? 'Unicode' : 'Default')),
  validateKeys: ({ input }) => map(validKeys(valuesOf(input))),
  rewrite,
  pipeline,
  gjson,
  duration,
  gotemplate,
  template,
  literal,
  vaultDataPath: (input) => value(Buffer.from(dataPath(placeOf(input), textOr(input['key'], '')))),
  vaultMetadataPath: (input) => value(Buffer.from(metadataPath(placeOf(input), textOr(input['key'], '')))),
};

/** A store without path has the mount ''. */
function placeOf({ version, mount }: Fields): KvPlace {
  return { mount: textOr(mount, '') || undefined, version: version === 'v1' ? 'v1' : 'v2' };
}

function value(bytes: Uint8Array): Outcome {
  return { kind: 'value', value: bytes };
}

function map(values: Values): Outcome {
  return { kind: 'map', map: values };
}

function valuesOf(input: unknown): Values {
  return new Map(Object.entries(fields(input)).map(([key, text]) => [key, bytesOf(text)]));
}

function decodingStrategy(strategy: unknown): 'None' | 'Base64' | 'Base64URL' | 'Auto' {
  return strategy === 'Base64' || strategy === 'Base64URL' || strategy === 'Auto' ? strategy : 'None';
}

function property(input: Fields): Outcome {
  const selected = selectedBy(input);
  return selected instanceof Uint8Array ? value(selected) : selected;
}

function extract(input: Fields): Outcome {
  const selected = selectedBy(input);
  if (!(selected instanceof Uint8Array)) return selected;
  return map(extracted(selected, dialects[textOr(input['provider'], '')]?.numbers ?? 'raw'));
}

/** What the property, if there is one, selects in the payload as the store hands it out. */
function selectedBy(input: Fields): Uint8Array | Outcome {
  const provider = textOr(input['provider'], '');
  const dialect = dialects[provider];
  if (!dialect) return skipped(`the ${provider} store comes with a later issue`);
  const isVault = provider === 'vault' || provider === 'openbao';
  const payload = isVault ? asVaultHandsOut(bytesOf(input['payload'])) : bytesOf(input['payload']);
  const name = textOr(input['property'], '');
  if (name === '') return payload;
  const selected = readProperty(payload, name, dialect);
  if (selected) return selected;
  throw dialect.missingProperty === 'missing' ? new NoSecret(`no property ${name}`) : new Failure(`no property ${name}`);
}

/** A Vault store hands out what its answer held, written anew (eso.md 2.2, rule 7). */
function asVaultHandsOut(payload: Uint8Array): Uint8Array {
  const parsed = parseGoJson(latin1(payload));
  if ('wrong' in parsed) throw new Failure(parsed.wrong);
  return Buffer.from(writeGoJson(parsed.value, { html: 'escaped', numbers: 'literal' }), 'latin1');
}

/** The operations are decoded by the spec's reader, with its defaults and its regular expressions. */
async function rewrite({ rewrite: operationsOf, input }: Fields): Promise<Outcome> {
  const read = await specOf({ dataFrom: [{ find: { name: { regexp: '.*' } }, rewrite: operationsOf }] });
  if ('outcome' in read) return read.outcome;
  const [secret] = read.spec.externalSecrets;
  if (!secret) throw new TypeError('the spec was accepted, and holds no external secret');
  return map(rewritten(valuesOf(input), secret.dataFrom[0]?.rewrite ?? [], await keyTransform(secret)));
}

function gjson({ document, path }: Fields): Outcome {
  const found = gjsonGet(latin1(bytesOf(document)), textOr(path, ''));
  return found === undefined ? { kind: 'facts', facts: { exists: false } } : value(Buffer.from(found, 'latin1'));
}

function duration({ text }: Fields): Outcome {
  const parsed = parseGoDuration(textOr(text, ''));
  if ('wrong' in parsed) throw new Error(parsed.wrong);
  return { kind: 'facts', facts: { ns: parsed.ns, text: formatGoDuration(parsed.ns) } };
}

/** One key of `target.template.data`. */
async function template({ template: text, data }: Fields): Promise<Outcome> {
  const made = await targetOf({ data: { k: text } }, data);
  return made instanceof Map ? value(made.get('k') ?? new Uint8Array()) : made;
}

async function literal({ literal: text, data, valuesDecodingStrategy }: Fields): Promise<Outcome> {
  const strategy = valuesDecodingStrategy ? { valuesDecodingStrategy } : {};
  const made = await targetOf({ templateFrom: [{ literal: text, ...strategy }] }, data);
  return made instanceof Map ? map(made) : made;
}

/** What a template makes of entries. */
async function targetOf(template: Fields, data: unknown): Promise<Map<string, Uint8Array> | Outcome> {
  const read = await specOf({ data: [{ secretKey: 'x', remoteRef: { key: 'x' } }], target: { template } });
  if ('outcome' in read) return read.outcome;
  const [secret] = read.spec.externalSecrets;
  if (!secret) throw new TypeError('the spec was accepted, and holds no external secret');
  const fetched = new Map([...valuesOf(data)].map(([key, bytes]) => [key, new SecretValue(bytes)]));
  const { entries } = await renderTarget(secret, fetched, templateWorld(read.spec));
  return new Map([...entries].map(([key, each]) => [key, each.reveal()]));
}
