import type { VaultAnswer } from '../clients/vault/wire.ts';
import type { GoJson } from '../core/go-json.ts';
import type { Credential } from '../core/lease-times.ts';

export interface AnswerLife {
  readonly life: Pick<Credential, 'kind' | 'isRenewable' | 'grantedMs'>;
  readonly leaseId?: string;
}

/** A lease without a duration has no end that anybody would live to see. */
const noEndMs = 1e14;

/**
 * What an answer says of the life of what it holds, whatever engine made it (vault.md 12.4): a lease; else the token's, certificate's or
 * secret id's own end; else the time to the next rotation of a static role. `nowMs` is this machine's clock, for servers without a Date.
 */
export function lifeOf({ body, headers }: VaultAnswer, nowMs: number): AnswerLife {
  const [data, auth] = [member(body, 'data'), member(body, 'auth')];
  const leaseId = text(member(body, 'lease_id'));
  const leaseMs = (number(member(body, 'lease_duration')) ?? 0) * 1_000;
  if (leaseId !== '') {
    const isRenewable = member(body, 'renewable') === true && leaseMs > 0;
    return { leaseId, life: { kind: 'lease', isRenewable, grantedMs: leaseMs || noEndMs } };
  }
  const expiration = member(data, 'certificate') === undefined ? undefined : number(member(data, 'expiration'));
  if (expiration !== undefined) {
    // Both of the server's clock, which need not be ours.
    const serverMs = Date.parse(headers['date'] ?? '');
    return timed(expiration * 1_000 - (Number.isFinite(serverMs) ? serverMs : nowMs));
  }
  const tokenSeconds = number(member(auth, 'lease_duration')) ?? number(member(data, 'secret_id_ttl')) ?? 0;
  if (tokenSeconds > 0) return timed(tokenSeconds * 1_000);
  const untilRotation = rotationSeconds(data);
  return untilRotation === undefined
    ? { life: { kind: 'plain', isRenewable: false, grantedMs: 0 } }
    : { life: { kind: 'static', isRenewable: false, grantedMs: untilRotation * 1_000 } };
}

/** At least so long that nothing is asked for without a pause. */
function timed(leftMs: number): AnswerLife {
  return { life: { kind: 'timed', isRenewable: false, grantedMs: Math.max(2_000, leftMs) } };
}

/** A KV secret may have a member `ttl`, too: only with the others it is a static role's (vault.md 12.1). */
function rotationSeconds(data: GoJson | undefined): number | undefined {
  const rotates = ['rotation_period', 'rotation_schedule', 'last_vault_rotation'].some(
    (name) => member(data, name) !== undefined,
  );
  const ttl = number(member(data, 'ttl'));
  return rotates && ttl !== undefined ? Math.max(0, ttl) : undefined;
}

function member(value: GoJson | undefined, name: string): GoJson | undefined {
  return value instanceof Map ? value.get(name) : undefined;
}

function text(value: GoJson | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: GoJson | undefined): number | undefined {
  return typeof value === 'object' && value !== null && 'literal' in value ? value.value : undefined;
}
