import type { VaultAnswer } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { GoJson } from '../../core/go-json.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { VaultToken } from './login.ts';

/** `auth` of a login or a renewal. `where` words the request: `Login by kubernetes at auth/kubernetes`. Throws AgentErrors. */
export function issuedToken({ body }: VaultAnswer, where: string): VaultToken {
  const auth = member(body, 'auth');
  const token = text(member(auth, 'client_token'));
  if (token === '') throw noToken(auth, where);
  const accessor = text(member(auth, 'accessor'));
  return {
    value: SecretValue.ofText(token),
    ...(accessor === '' ? {} : { accessor }),
    kind: text(member(auth, 'token_type')) === 'batch' ? 'batch' : 'service',
    ttlSeconds: whole(member(auth, 'lease_duration')),
    isRenewable: member(auth, 'renewable') === true,
    uses: whole(member(auth, 'num_uses')),
    isOurs: true,
  };
}

/** `data` of a look-up of a token that was given to us. */
export function lookedUpToken({ body }: VaultAnswer, value: SecretValue): VaultToken {
  const data = member(body, 'data');
  const accessor = text(member(data, 'accessor'));
  return {
    value,
    ...(accessor === '' ? {} : { accessor }),
    kind: text(member(data, 'type')) === 'batch' ? 'batch' : 'service',
    ttlSeconds: whole(member(data, 'ttl')),
    isRenewable: member(data, 'renewable') === true,
    uses: usesLeft(member(data, 'num_uses')),
    isOurs: false,
  };
}

/** A member of an object; undefined where there is none, or no object. */
export function member(value: GoJson | undefined, name: string): GoJson | undefined {
  return value instanceof Map ? value.get(name) : undefined;
}

/** '' for what isn't text. */
export function text(value: GoJson | undefined): string {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : '';
}

/** 0 for what isn't a number of 0 or more. */
function whole(value: GoJson | undefined): number {
  if (typeof value !== 'object' || value === null || !('literal' in value)) return 0;
  return value.value > 0 ? Math.floor(value.value) : 0;
}

/** The look-up itself is a use; a token that had one is told with -1, and gone. */
function usesLeft(value: GoJson | undefined): number {
  const isSpent = typeof value === 'object' && value !== null && 'literal' in value && value.value < 0;
  return isSpent ? 1 : whole(value);
}

function noToken(auth: GoJson | undefined, where: string): AgentError {
  if (member(auth, 'mfa_requirement') instanceof Map)
    return new AgentError('IDENTITY_REFUSED', `${where}: Vault asks for a second factor (MFA), which no agent has`, {
      hint: "Exempt this role, or the agent's entity, from the login MFA enforcement, or use another auth method.",
    });
  return new AgentError('STORE_ANSWER_INVALID', `${where}: the answer holds no token`);
}
