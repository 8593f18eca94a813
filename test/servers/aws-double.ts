import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { selfSigned } from './aws-double-certificate.ts';
import { bent, type Fault, type FaultRule, faults, sendWith, type Trouble } from './aws-double-faults.ts';
import { bodyOf, closed, jsonBody, listening, type Signer, signerOf, xmlBody } from './aws-double-http.ts';
import { type Form, type IdentityOptions, identities } from './aws-double-identity.ts';
import { type ParameterInput, parameterStore } from './aws-double-parameters.ts';
import { type SecretInput, secretsManager } from './aws-double-secrets.ts';
import { AwsFailure, type Caller, type Input } from './aws-double-wire.ts';

export interface AwsData {
  /** By name; null removes. A new value becomes AWSCURRENT. */
  readonly secrets?: Readonly<Record<string, SecretInput | null>>;
  /** By name; null removes. A new value becomes the next version. */
  readonly parameters?: Readonly<Record<string, ParameterInput | null>>;
}

export interface AwsDoubleOptions extends AwsData, IdentityOptions {
  /** HTTPS with a certificate made for this server; trust `ca`. */
  readonly tls?: boolean;
  /** Further names for the certificate. */
  readonly hosts?: readonly string[];
  readonly region?: string;
  /** Cuts every list into pages of this size. */
  readonly pageSize?: number;
  /** How far the server's clock is ahead of this machine's, in ms. Requests signed more than 5 minutes off it are refused. */
  readonly clockAheadMs?: number;
}

/** One request as it came in, in order of arrival. */
export interface Call {
  /** Such as `GetSecretValue`; `PodIdentity` for the credentials endpoint. */
  readonly operation: string;
  readonly input: Input;
  /** ARN of the sender; '' where it isn't known. */
  readonly identity: string;
  readonly accessKeyId: string;
  readonly headers: IncomingMessage['headers'];
}

/** Whom to deny what: an action such as `secretsmanager:GetSecretValue`, on one resource or all. */
export interface Denial {
  readonly action: string;
  /** Name of the secret or parameter; all when absent. */
  readonly resource?: string;
}

export interface AwsDouble {
  /** Such as `http://127.0.0.1:34567`: the endpoint of every service. */
  readonly url: string;
  readonly port: number;
  /** PEM of the certificate to trust, with `tls`. */
  readonly ca: string | undefined;
  /** `AWS_*` of a client that uses it, with static keys. */
  readonly env: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
  /** How many calls of this operation came, or of all. */
  readonly count: (operation?: string) => number;
  readonly forgetCalls: () => void;
  /** Changes data. */
  readonly set: (data: AwsData) => void;
  readonly fault: (rule: FaultRule) => Fault;
  readonly endFaults: () => void;
  readonly deny: (denial: Denial) => { readonly end: () => void };
  readonly expireSessions: () => void;
  readonly forgetSessions: () => void;
  /** Where EKS Pod Identity answers. */
  readonly podIdentityUrl: string;
  /** Closes every connection that is open but lets new ones in: a server that restarts. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

/**
 * A server on 127.0.0.1 that speaks Secrets Manager, SSM Parameter Store (JSON 1.1), STS (Query) and the EKS Pod Identity endpoint as
 * clients see them, holds what a test gives it, remembers every call and can be told to misbehave. Signatures are not verified.
 */
export async function startAwsDouble(options: AwsDoubleOptions = {}): Promise<AwsDouble> {
  const region = options.region ?? 'eu-west-1';
  const now = (): number => Date.now() + (options.clockAheadMs ?? 0);
  const secrets = secretsManager(region, options.pageSize);
  const parameters = parameterStore(region, options.pageSize);
  const identity = identities(options, now);
  const troubles = faults();
  const denials = new Set<Denial>();
  const calls: Call[] = [];
  const operations = { ...secrets.operations, ...parameters.operations };

  set(options);
  const keyPair = options.tls ? selfSigned(...(options.hosts ?? [])) : undefined;
  const listener: RequestListener = (request, response) => void handle(request, response);
  const server = keyPair ? createTlsServer(keyPair, listener) : createServer(listener);
  const port = await listening(server);
  const url = `${keyPair ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    url,
    port,
    ca: keyPair?.cert,
    env: { AWS_ENDPOINT_URL: url, AWS_REGION: region, AWS_ACCESS_KEY_ID: 'AKIADOUBLE', AWS_SECRET_ACCESS_KEY: 'double' },
    calls,
    count: (operation) => calls.filter((call) => call.operation === (operation ?? call.operation)).length,
    forgetCalls: () => void calls.splice(0),
    set,
    fault: troubles.add,
    endFaults: troubles.endAll,
    deny(denial) {
      denials.add(denial);
      return { end: () => void denials.delete(denial) };
    },
    expireSessions: identity.expireAll,
    forgetSessions: identity.forgetAll,
    podIdentityUrl: `${url}/v1/credentials`,
    dropConnections: () => server.closeAllConnections(),
    close: () => closed(server),
  };

  function set(data: AwsData): void {
    for (const [name, value] of Object.entries(data.secrets ?? {})) secrets.set(name, value);
    for (const [name, value] of Object.entries(data.parameters ?? {})) parameters.set(name, value);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    response.setHeader('date', new Date(now()).toUTCString());
    response.setHeader('x-amzn-requestid', randomUUID());
    response.on('error', () => {});
    if (request.url === '/v1/credentials') return sendPodCredentials(request, response);
    const isJson = (request.headers['content-type'] ?? '').startsWith('application/x-amz-json');
    const form: Form = isJson ? {} : Object.fromEntries(new URLSearchParams(body));
    const input: Input = isJson ? JSON.parse(body) : form;
    const operation = isJson ? String(request.headers['x-amz-target']).split('.').at(-1) : form['Action'];
    await answer(operation ?? '', input, isJson ? 'json' : 'xml', request, response);
  }

  async function answer(
    operation: string,
    input: Input,
    format: 'json' | 'xml',
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const signer = signerOf(request);
    let trouble: Trouble | undefined;
    let identityArn = '';
    let output: Input | string | AwsFailure;
    try {
      if (operation !== 'AssumeRoleWithWebIdentity') identityArn = whoSent(signer);
      note(operation, input, identityArn, request);
      trouble = troubles.next(operation, input);
      if (trouble?.kind === 'error') throw new AwsFailure(trouble.code, trouble.message ?? trouble.code, trouble.status);
      output = format === 'json' ? bent(trouble, run(operation, input, identityArn), input) : sts(operation, input, identityArn);
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      if (identityArn === '' && operation !== 'AssumeRoleWithWebIdentity') note(operation, input, '', request);
      output = error;
    }
    response.statusCode = output instanceof AwsFailure ? output.status : 200;
    response.setHeader('content-type', format === 'json' ? 'application/x-amz-json-1.1' : 'text/xml');
    const text = format === 'json' ? jsonBody(output) : xmlBody(operation, output);
    await send(trouble, response, text);
  }

  async function send(trouble: Trouble | undefined, response: ServerResponse, text: string): Promise<void> {
    const headers = trouble?.kind === 'error' || trouble?.kind === 'answer' ? (trouble.headers ?? {}) : {};
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (trouble?.kind === 'answer') response.statusCode = trouble.status ?? 200;
    await sendWith(trouble, response, Buffer.from(trouble?.kind === 'answer' ? trouble.body : text));
  }

  function run(operation: string, input: Input, arn: string): Input {
    const perform = operations[operation];
    if (!perform) throw new AwsFailure('UnknownOperationException', `The double has no ${operation}.`);
    return perform(input, callerOf(arn));
  }

  function sts(operation: string, input: Input, arn: string): string {
    const form = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
    if (operation === 'AssumeRoleWithWebIdentity') return identity.assumeRoleWithWebIdentity(form);
    if (operation === 'AssumeRole') return identity.assumeRole(form, callerOf(arn));
    if (operation === 'GetCallerIdentity') return identity.getCallerIdentity(callerOf(arn));
    throw new AwsFailure('InvalidAction', `Could not find operation ${operation} for version 2011-06-15`);
  }

  function sendPodCredentials(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const authorization = request.headers.authorization ?? '';
    note('PodIdentity', { authorization }, '', request);
    const trouble = troubles.next('PodIdentity', {});
    const { status, body } = identity.podCredentials(authorization);
    const isError = trouble?.kind === 'error';
    response.statusCode = isError ? (trouble.status ?? 500) : status;
    return send(trouble, response, isError ? (trouble.message ?? trouble.code) : body);
  }

  function note(operation: string, input: Input, arn: string, request: IncomingMessage): void {
    const { accessKeyId } = signerOf(request);
    calls.push({ operation, input, identity: arn, accessKeyId, headers: request.headers });
  }

  function whoSent({ accessKeyId, securityToken, signedAt }: Signer): string {
    if (accessKeyId === '') throw new AwsFailure('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (Math.abs(signedAt - now()) > 300_000)
      throw new AwsFailure(
        'InvalidSignatureException',
        `Signature expired: ${new Date(signedAt).toISOString()} is not within 5 minutes`,
      );
    return identity.whoIs(accessKeyId, securityToken);
  }

  function callerOf(arn: string): Caller {
    return {
      arn,
      mustBeAllowed(action, resource) {
        for (const denial of denials) {
          if (denial.action !== action || (denial.resource ?? resource) !== resource) continue;
          const why = `because no identity-based policy allows the ${action} action`;
          const isSts = action.startsWith('sts:');
          throw new AwsFailure(
            isSts ? 'AccessDenied' : 'AccessDeniedException',
            `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
            isSts ? 403 : 400,
          );
        }
      },
    };
  }
}
