import { AwsFailure, account, type Caller } from './aws-double-wire.ts';

/** Who may take on a role; what isn't said doesn't matter. */
export interface RoleTrust {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
  readonly externalId?: string;
}

export interface IdentityOptions {
  /** By ARN. Without it every role may be taken on by everyone. */
  readonly roles?: Readonly<Record<string, RoleTrust>>;
  /** How long a session lives; 3600 unless given. */
  readonly sessionSeconds?: number;
  /** The only token that the Pod Identity endpoint takes, and the role it stands for. */
  readonly podIdentity?: { readonly token?: string | (() => string); readonly role?: string };
}

interface Session {
  readonly arn: string;
  readonly token: string;
  expiresAt: number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly expiration: string;
}

export type Form = Readonly<Record<string, string>>;

/** STS, EKS Pod Identity, and who the sender of a signed request is. Signatures are not verified: a real emulator's tests do that. */
export function identities(options: IdentityOptions, now: () => number) {
  const sessions = new Map<string, Session>();
  let issued = 0;
  return {
    whoIs,
    podCredentials,
    assumeRoleWithWebIdentity,
    assumeRole,
    getCallerIdentity: (caller: Caller) => `<Arn>${caller.arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>${account}</Account>`,
    /** As if their time were over. */
    expireAll: () => {
      for (const session of sessions.values()) session.expiresAt = 0;
    },
    /** As if they had never been. */
    forgetAll: () => sessions.clear(),
  };

  /** The ARN of the sender. Keys we didn't issue are a user's, but for those of sessions (ASIA...), which must be known and current. */
  function whoIs(accessKeyId: string, securityToken: string): string {
    const session = sessions.get(accessKeyId);
    if (!session && !accessKeyId.startsWith('ASIA')) return `arn:aws:iam::${account}:user/${accessKeyId}`;
    if (!session || session.token !== securityToken)
      throw new AwsFailure('UnrecognizedClientException', 'The security token included in the request is invalid.');
    if (session.expiresAt <= now())
      throw new AwsFailure('ExpiredTokenException', 'The security token included in the request is expired');
    return session.arn;
  }

  function podCredentials(authorization: string): { readonly status: number; readonly body: string } {
    const { token, role = `arn:aws:iam::${account}:role/pod` } = options.podIdentity ?? {};
    const wanted = typeof token === 'function' ? token() : token;
    if (wanted !== undefined && authorization !== wanted) return { status: 400, body: 'Service account token is not accepted' };
    const { accessKeyId, secretAccessKey, token: sessionToken, expiration } = issue(role, 'eks-cluster-pod');
    const body = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      AccountId: account,
      Expiration: expiration,
    };
    return { status: 200, body: JSON.stringify(body) };
  }

  function assumeRoleWithWebIdentity(form: Form): string {
    const role = form['RoleArn'] ?? '';
    const claims = claimsOf(form['WebIdentityToken'] ?? '');
    if (typeof claims['exp'] === 'number' && claims['exp'] * 1000 <= now())
      throw new AwsFailure('ExpiredTokenException', 'Token expired: current date/time must be before the expiration date/time');
    const trust = options.roles ? options.roles[role] : {};
    const audiences = [claims['aud']].flat();
    const isTrusted =
      trust &&
      (trust.issuer === undefined || trust.issuer === claims['iss']) &&
      (trust.subject === undefined || trust.subject === claims['sub']) &&
      (trust.audience === undefined || audiences.includes(trust.audience));
    if (!isTrusted) throw new AwsFailure('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
    return credentialsXml(
      role,
      form['RoleSessionName'] ?? '',
      `<SubjectFromWebIdentityToken>subject</SubjectFromWebIdentityToken>`,
    );
  }

  function assumeRole(form: Form, caller: Caller): string {
    const role = form['RoleArn'] ?? '';
    caller.mustBeAllowed('sts:AssumeRole', role);
    const trust = options.roles ? options.roles[role] : {};
    if (!trust || (trust.externalId !== undefined && trust.externalId !== form['ExternalId']))
      throw new AwsFailure(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
        403,
      );
    return credentialsXml(role, form['RoleSessionName'] ?? '', '');
  }

  function credentialsXml(role: string, sessionName: string, more: string): string {
    const { accessKeyId, secretAccessKey, token, expiration } = issue(role, sessionName);
    return (
      `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
      `<SessionToken>${token}</SessionToken><Expiration>${expiration}</Expiration></Credentials>` +
      `<AssumedRoleUser><Arn>${sessionArn(role, sessionName)}</Arn><AssumedRoleId>AROAEXAMPLE:${sessionName}</AssumedRoleId></AssumedRoleUser>${more}`
    );
  }

  function issue(role: string, sessionName: string): Credentials {
    issued += 1;
    const accessKeyId = `ASIADOUBLE${String(issued).padStart(10, '0')}`;
    const expiresAt = now() + (options.sessionSeconds ?? 3600) * 1000;
    const token = `session-token-${issued}`;
    sessions.set(accessKeyId, { arn: sessionArn(role, sessionName), token, expiresAt });
    const expiration = new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z');
    return { accessKeyId, secretAccessKey: `secret-key-${issued}`, token, expiration };
  }
}

function sessionArn(role: string, sessionName: string): string {
  const [, id = account, name = role] = /^arn:[^:]+:iam::(\d+):role\/(.*)$/.exec(role) ?? [];
  return `arn:aws:sts::${id}:assumed-role/${name}/${sessionName}`;
}

/** The claims of a JWT; none where it isn't one. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(token.trim().split('.')[1] ?? '', 'base64url').toString()));
  } catch {
    return {};
  }
}
