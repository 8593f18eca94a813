import { ignored, object, required, withDefault } from '../core/object-shape.ts';
import { record, refine, type Shape, string } from '../core/shape.ts';
import { foreignMetadata, header, type Metadata } from './metadata.ts';

/** Kinds of Kubernetes itself that answer what manifests refer to. What else they may hold is not looked at. */
export interface ServiceAccountObject {
  readonly metadata: Metadata;
}

export const serviceAccountShape: Shape<ServiceAccountObject> = object({
  ...header,
  metadata: required(foreignMetadata),
  automountServiceAccountToken: ignored(''),
  imagePullSecrets: ignored(''),
  secrets: ignored(''),
});

export const namespaceShape: Shape<{ readonly metadata: Metadata }> = object({
  ...header,
  metadata: required(foreignMetadata),
  spec: ignored(''),
  status: ignored(''),
});

/** A Secret or ConfigMap: key -> bytes. */
export interface DataObject {
  readonly metadata: Metadata;
  readonly data: ReadonlyMap<string, Uint8Array>;
}

const base64 = refine(string(), (text): { value: Uint8Array } | { wrong: string } => {
  const packed = text.replace(/[\r\n]/g, '');
  const isRight = packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
  return isRight ? { value: Buffer.from(packed, 'base64') } : { wrong: 'not base64' };
});

export const secretShape: Shape<DataObject> = refine(
  object({
    ...header,
    metadata: required(foreignMetadata),
    type: ignored(''),
    immutable: ignored(''),
    data: withDefault(record(base64), {}),
    stringData: withDefault(record(string()), {}),
  }),
  ({ metadata, data, stringData }) => ({ value: { metadata, data: dataOf(stringData, data) } }),
);

export const configMapShape: Shape<DataObject> = refine(
  object({
    ...header,
    metadata: required(foreignMetadata),
    immutable: ignored(''),
    data: withDefault(record(string()), {}),
    binaryData: withDefault(record(base64), {}),
  }),
  ({ metadata, data, binaryData }) => ({ value: { metadata, data: dataOf(data, binaryData) } }),
);

/** Text goes before bytes of the same key: stringData overwrites data. */
function dataOf(
  texts: Readonly<Record<string, string>>,
  bytes: Readonly<Record<string, Uint8Array>>,
): ReadonlyMap<string, Uint8Array> {
  return new Map([...Object.entries(bytes), ...Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)] as const)]);
}
