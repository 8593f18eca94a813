import type { Environment } from '../../clients/aws/endpoint.ts';
import { exchange } from './exchange-http.ts';
import { networkFailure, unavailable } from './identity-error.ts';
import { type StsError, stsCode } from './sts-error.ts';

export interface WebIdentityRequest {
  readonly endpoint: string;
  readonly role: string;
  readonly sessionName: string;
  readonly token: string;
}

/** Keys that end. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/**
 * AssumeRoleWithWebIdentity, by hand: one unsigned form in, one small XML out (aws.md 4). The official client costs 10 ms of a cold start
 * more for the same (docs/decisions/0002). Throws IDENTITY_UNAVAILABLE when no answer came that could be STS's.
 */
export async function assumeRoleWithWebIdentity(
  request: WebIdentityRequest,
  env: Environment,
): Promise<TemporaryKeys | StsError> {
  const url = new URL(request.endpoint);
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: request.role,
    RoleSessionName: request.sessionName,
    WebIdentityToken: request.token,
  }).toString();
  const answer = await exchange({
    ...{ method: 'POST', url, body, connectMs: 3_000, wholeMs: 10_000 },
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'keytide', accept: 'application/xml' },
    route: { kind: 'environment', env },
  }).catch((error: unknown) => {
    throw networkFailure('STS', url.host, error);
  });
  const result = answer.status === 200 ? keysOf(answer.text) : errorOf(answer.status, answer.text);
  if (result) return result;
  throw unavailable('STS', url.host, `answered ${answer.status} with something that is not an answer of STS`, notSts);
}

const notSts = 'Look at what answers there: a proxy, or AWS_ENDPOINT_URL_STS or AWS_STS_ENDPOINT pointing elsewhere.';

function keysOf(xml: string): TemporaryKeys | undefined {
  const credentials = element(xml, 'Credentials') ?? '';
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    element(credentials, name),
  );
  const expiresAt = Date.parse(element(credentials, 'Expiration') ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiresAt)) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}

/** A 5xx or 429 without a body of STS's (a load balancer's page) is an error of that status all the same. */
function errorOf(status: number, xml: string): StsError | undefined {
  const error = element(xml, 'Error') ?? '';
  const code = element(error, 'Code');
  if (code !== undefined) return { code: stsCode(code), message: element(error, 'Message') ?? '', status };
  return status >= 500 || status === 429 ? { code: `HTTP ${status}`, message: '', status } : undefined;
}

/** The content of the first element of that name: STS's answers have no attributes inside, no CDATA, and no name twice. */
function element(xml: string, name: string): string | undefined {
  const [, content] = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml) ?? [];
  return content === undefined || content.includes('<') ? content : unescaped(content.trim());
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (whole, name, decimal, hex) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
