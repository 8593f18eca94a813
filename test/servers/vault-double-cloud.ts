import { X509Certificate } from 'node:crypto';
import { type AuthMethod, type Grant, stillThere } from './vault-double-auth.ts';
import { audiences, numberClaim, readJwt } from './vault-double-jwt.ts';
import type { TokenRules } from './vault-double-tokens.ts';
import { type Call, text, VaultRefusal } from './vault-double-wire.ts';

export interface CertificateRole extends TokenRules {
  /** PEM: the client's certificate itself, or the CA that issued it. */
  readonly certificate: string;
}

/** vault.md 5.4. A renewal needs the same certificate. */
export function certificateAuth(roles: Readonly<Record<string, CertificateRole>>): AuthMethod {
  return { type: 'cert', login: (call, within) => (within === 'login' ? login(call) : undefined) };

  function login({ body, certificate }: Call): Grant {
    if (!certificate) throw new VaultRefusal(400, 'invalid certificate or no client certificate supplied');
    const wanted = text(body['name']);
    const candidates = Object.entries(roles).filter(([name]) => wanted === '' || name === wanted);
    if (candidates.length === 0) throw new VaultRefusal(400, 'no certificate was matched by this request');
    const given = new X509Certificate(certificate);
    const [name, role] = candidates.find(([, each]) => trusts(each, given)) ?? [];
    if (name === undefined || !role)
      throw new VaultRefusal(400, 'no chain matching all constraints could be found for this login certificate');
    return {
      rules: role,
      metadata: { cert_name: name, common_name: /CN=(.*)/.exec(given.subject)?.[1] ?? '', serial_number: given.serialNumber },
      displayName: `cert-${name}`,
      mayRenew: (_token, presented) => {
        stillThere(roles, name)();
        if (!presented?.equals(certificate))
          throw new VaultRefusal(
            500,
            'failed to renew entry: client identity during renewal not matching client identity used during login',
          );
      },
    };
  }
}

function trusts({ certificate }: CertificateRole, given: X509Certificate): boolean {
  const trusted = new X509Certificate(certificate);
  return given.fingerprint256 === trusted.fingerprint256 || (given.checkIssued(trusted) && given.verify(trusted.publicKey));
}

export interface AwsRole extends TokenRules {
  /** ARNs that may log in; everyone when absent. */
  readonly principals?: readonly string[];
}

/** A signed GetCallerIdentity, ready to be sent on. */
export interface SignedRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AwsSetup {
  readonly roles: Readonly<Record<string, AwsRole>>;
  /** Must be in the signed header X-Vault-AWS-IAM-Server-ID. */
  readonly serverId?: string;
  /** Whose request it is, as an ARN, by sending it to STS; without it every signature is taken for that of one role. */
  readonly whoSent?: (request: SignedRequest) => Promise<string>;
}

/** vault.md 5, aws with `iam`: the shape of the signed request is checked, the signature by `whoSent` if at all. */
export function awsAuth({ roles, serverId, whoSent }: AwsSetup): AuthMethod {
  return { type: 'aws', login: (call, within) => (within === 'login' ? login(call) : undefined) };

  async function login({ body }: Call): Promise<Grant> {
    const request = signedRequest(body);
    const name = text(body['role']);
    const role = roles[name];
    if (!role) throw new VaultRefusal(400, `entry for role ${name} not found`);
    const arn = whoSent ? await whoSent(request) : 'arn:aws:sts::123456789012:assumed-role/app/session';
    if (role.principals && !role.principals.includes(arn))
      throw new VaultRefusal(400, `IAM Principal "${arn}" does not belong to the role "${name}"`);
    return {
      rules: role,
      metadata: { auth_type: 'iam', canonical_arn: arn, role_id: name },
      displayName: arn,
      mayRenew: stillThere(roles, name),
    };
  }

  function signedRequest(body: Call['body']): SignedRequest {
    if (body['iam_http_request_method'] !== 'POST')
      throw new VaultRefusal(400, "invalid iam_http_request_method; currently only 'POST' is supported");
    const [url, content, headersText] = ['iam_request_url', 'iam_request_body', 'iam_request_headers'].map((name) => {
      if (text(body[name]) === '') throw new VaultRefusal(400, `missing ${name}`);
      return Buffer.from(text(body[name]), 'base64').toString();
    });
    const headers = headersOf(headersText ?? '');
    const signed =
      /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/sts\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=[0-9a-f]{64}$/.exec(
        headers['authorization'] ?? '',
      );
    const names = signed?.[1]?.split(';') ?? [];
    if (!signed || !headers['x-amz-date'] || !names.includes('host'))
      throw new VaultRefusal(400, 'missing or malformed Authorization header');
    if (
      serverId !== undefined &&
      (headers['x-vault-aws-iam-server-id'] !== serverId || !names.includes('x-vault-aws-iam-server-id'))
    )
      throw new VaultRefusal(
        400,
        'error validating X-Vault-AWS-IAM-Server-ID header: expected a signed header with the configured value',
      );
    const form = new URLSearchParams(content);
    if (form.get('Action') !== 'GetCallerIdentity' || form.get('Version') !== '2011-06-15')
      throw new VaultRefusal(400, 'iam_request_body is no GetCallerIdentity');
    if (!URL.canParse(url ?? '')) throw new VaultRefusal(400, 'error parsing iam_request_url');
    return { url: url ?? '', body: content ?? '', headers };
  }
}

/** JSON of names with a value or a list of values. */
function headersOf(json: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      Object.entries(Object(JSON.parse(json))).map(([name, value]) => [name.toLowerCase(), String([value].flat()[0])]),
    );
  } catch {
    throw new VaultRefusal(400, 'failed to JSON decode iam_request_headers');
  }
}

export interface GcpRole extends TokenRules {
  /** `iam`: short JWTs of accounts; `gce`: identity tokens of machines. */
  readonly of?: 'iam' | 'gce';
  /** E-mail addresses; everyone when absent. */
  readonly serviceAccounts?: readonly string[];
}

/** vault.md 5, gcp: the claims of the JWT are checked, not its signature. */
export function gcpAuth(roles: Readonly<Record<string, GcpRole>>, now: () => number): AuthMethod {
  return { type: 'gcp', login: (call, within) => (within === 'login' ? login(call) : undefined) };

  function login({ body }: Call): Grant {
    const [name, token] = [text(body['role']), text(body['jwt'])];
    const role = roles[name];
    if (name === '') throw new VaultRefusal(400, 'role is required');
    if (!role) throw new VaultRefusal(400, `role "${name}" not found`);
    const jwt = readJwt(token);
    if (!jwt || text(jwt.header['kid']) === '' || jwt.header['alg'] !== 'RS256')
      throw new VaultRefusal(400, 'unable to parse signed JWT: no kid or no RS256');
    const { claims } = jwt;
    if (!audiences(claims).some((each) => each === `vault/${name}` || each.endsWith(`/vault/${name}`)))
      throw new VaultRefusal(400, `at least one of the JWT claim 'aud' must end in "vault/${name}"`);
    const seconds = now() / 1000;
    const expiresAt = numberClaim(claims, 'exp') ?? 0;
    if (expiresAt <= seconds) throw new VaultRefusal(400, "JWT is expired or does not have proper 'exp' claim");
    const isOfMachine = Object(Object(claims['google'])['compute_engine'])['instance_id'] !== undefined;
    if (role.of === 'gce' && !isOfMachine) throw new VaultRefusal(400, 'expected JWT to have claims with GCE metadata');
    if (role.of !== 'gce' && expiresAt > seconds + 900)
      throw new VaultRefusal(400, 'role requires that service account JWTs expire within 900 seconds');
    const account = text(claims['email']) || text(claims['sub']);
    if (role.serviceAccounts && !role.serviceAccounts.includes(account))
      throw new VaultRefusal(400, `service account ${account} (id: ${text(claims['sub'])}) is not authorized for role`);
    return {
      rules: role,
      metadata: { role: name, service_account_email: account },
      displayName: `gcp-${account}`,
      mayRenew: stillThere(roles, name),
    };
  }
}
