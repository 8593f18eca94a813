import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsFailure, type Input } from './aws-double-wire.ts';

/** What the signature headers of a request say. */
export interface Signer {
  readonly accessKeyId: string;
  readonly securityToken: string;
  /** In ms since the epoch. */
  readonly signedAt: number;
}

export function signerOf({ headers }: IncomingMessage): Signer {
  const [, accessKeyId = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const amzDate = String(headers['x-amz-date'] ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return { accessKeyId, securityToken: String(headers['x-amz-security-token'] ?? ''), signedAt: Date.parse(amzDate) };
}

export function jsonBody(output: Input | string | AwsFailure): string {
  return JSON.stringify(output instanceof AwsFailure ? { __type: output.code, Message: output.message } : output);
}

export function xmlBody(operation: string, output: Input | string | AwsFailure): string {
  const id = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  if (output instanceof AwsFailure)
    return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${output.code}</Code><Message>${output.message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  return `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${output}</${operation}Result>${id}</${operation}Response>`;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // A server that listens on TCP has an address of this type.
      const { port } = server.address() as AddressInfo;
      resolve(port);
    });
  });
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
