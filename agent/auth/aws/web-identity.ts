import { AgentError } from '../../core/agent-error.ts';
import type { Issued } from '../session.ts';
import { describeClaims, readClaims, type TokenClaims } from '../token-claims.ts';
import { readToken } from '../token-files.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import { type AwsWorld, reported } from './exchange-report.ts';
import { serverWords } from './identity-error.ts';
import { patiently, stsPatience } from './patience.ts';
import { sessionNameOf } from './session-name.ts';
import { stsEndpoint } from './sts-endpoint.ts';
import { type StsError, stsErrorKind } from './sts-error.ts';
import { assumeRoleWithWebIdentity, type TemporaryKeys } from './sts-query.ts';

export interface WebIdentity {
  readonly role: string;
  readonly region: string;
  /** Read afresh for each exchange. */
  readonly tokenPath: string;
}

/**
 * The pod's projected token becomes a session of the role (IRSA). A token that STS calls stale is read once more: the kubelet may have
 * replaced it just now. Throws IDENTITY_REFUSED, TOKEN_UNREADABLE, IDENTITY_UNAVAILABLE.
 */
export async function loginByWebIdentity(identity: WebIdentity, world: AwsWorld): Promise<Issued<AwsCredentialIdentity>> {
  const token = await readToken(identity.tokenPath);
  const first = await exchanged(identity, token, world);
  if (!('code' in first)) return issued(first);
  const fresh = await readToken(identity.tokenPath);
  const second = fresh === token ? first : await exchanged(identity, fresh, world);
  if (!('code' in second)) return issued(second);
  throw refusal(identity, fresh, second, world);
}

/** Keys, or the word `stale`; anything else is thrown. */
function exchanged(identity: WebIdentity, token: string, world: AwsWorld): Promise<TemporaryKeys | StsError> {
  const { env, clock, sessionName } = world.effects;
  const request = {
    endpoint: stsEndpoint(identity.region, env),
    role: identity.role,
    sessionName: sessionNameOf(env['AWS_ROLE_SESSION_NAME'] || sessionName),
    token,
  };
  const once = async (): Promise<TemporaryKeys | StsError> => {
    const result = await assumeRoleWithWebIdentity(request, env);
    if (!('code' in result) || stsErrorKind(result) === 'stale') return result;
    throw refusal(identity, token, result, world);
  };
  return patiently(() => reported(world, 'AssumeRoleWithWebIdentity', once), stsPatience, clock);
}

function issued({ expiresAt, ...keys }: TemporaryKeys): Issued<AwsCredentialIdentity> {
  return { value: { ...keys, expiration: new Date(expiresAt) }, expiresAt };
}

function refusal({ role, tokenPath }: WebIdentity, token: string, error: StsError, { effects }: AwsWorld): AgentError {
  const claims = readClaims(token);
  const said = [error.code, serverWords(error.message, [token])].filter(Boolean).join(': ');
  const kind = stsErrorKind(error);
  if (kind === 'transient' || kind === 'throttled') {
    const serverCode = kind === 'throttled' ? 'Throttling' : error.code;
    return new AgentError('IDENTITY_UNAVAILABLE', `STS can't answer for role ${role} now (${said})`, { serverCode });
  }
  const about = describeClaims(claims, effects.clock.now());
  return new AgentError('IDENTITY_REFUSED', `STS refused role ${role} to the token ${tokenPath} (${said}). The token: ${about}`, {
    serverCode: error.code,
    hint: mend(error, role, tokenPath, claims),
  });
}

/** What to do, with the names that the trust policy or the provider must have. */
function mend({ code, message }: StsError, role: string, tokenPath: string, claims: TokenClaims | undefined): string {
  const issuer = (claims?.issuer ?? '<issuer>').replace(/^https?:\/\//, '');
  const audience = claims?.audiences[0] ?? '<audience>';
  const account = role.split(':')[4] || "the role's account";
  switch (code) {
    case 'AccessDenied':
      return (
        `Let the trust policy of ${role} allow sts:AssumeRoleWithWebIdentity to the OIDC provider ${issuer} where ${issuer}:sub is ` +
        `"${claims?.subject ?? '<subject>'}" and ${issuer}:aud is "${audience}"; a change takes some seconds to spread.`
      );
    case 'InvalidIdentityToken':
      return /audience/i.test(message)
        ? `Add the audience ${audience} to the client ids of the IAM OIDC provider ${issuer} in ${account}, or mount a token with an audience it knows.`
        : `Create an IAM OIDC provider for ${issuer} in account ${account}, with the client id ${audience}.`;
    case 'ExpiredToken':
      return `The kubelet should have replaced ${tokenPath} at 80 % of its life: look at the pod's events, the kubelet's log and the node's clock.`;
    case 'RegionDisabled':
      return 'Activate STS for this region in the IAM settings of the account, or use a region that has it.';
    case 'ValidationError':
      return 'Correct the ARN of the role (arn:aws:iam::<account>:role/<name>) in eks.amazonaws.com/role-arn or AWS_ROLE_ARN.';
    default:
      return "Compare the role's trust policy and the IAM OIDC provider with the token's issuer, subject and audience.";
  }
}
