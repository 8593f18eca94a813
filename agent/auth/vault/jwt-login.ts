import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import { describeClaims } from '../token-claims.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import { defaultToken, defaultTokenPlace, type PresentedToken, projectedToken, storedToken } from './presented-token.ts';
import type { JwtAuth } from './vault-auth.ts';

/** A JWT that Vault checks against an issuer's keys (vault.md 5.2): a stored one, or the pod's projected token. */
export function jwtLogin(
  auth: JwtAuth & { readonly namespace?: string },
  client: VaultClient,
  effects: Effects,
  place = defaultTokenPlace,
): VaultLogin {
  const mount = mountOf(auth.path);
  const identity = `${auth.role === undefined ? 'the default role' : `role ${auth.role}`} by jwt at auth/${mount}`;
  return {
    method: 'jwt',
    identity,
    login: async (signal) => {
      const shown = await tokenToShow(auth, effects, place);
      const presented = `the token ${shown.source}: ${describeClaims(shown.claims, effects.clock.now())}`;
      const mend = (status: number, said: string) => advice(auth, mount, shown, { status, said });
      return sendLogin(
        client,
        {
          ...{ method: 'jwt', identity, path: `${mount}/login`, namespace: auth.namespace },
          body: { ...(auth.role === undefined ? {} : { role: auth.role }), jwt: shown.token },
          story: { presented, sent: [shown.token], mend },
        },
        signal,
      );
    },
  };
}

/** As ESO: the audiences are appended to those of the service account (eso.md 2.7). */
function tokenToShow(auth: JwtAuth, effects: Effects, place: string): Promise<PresentedToken> {
  if (auth.secretRef) return storedToken(auth.secretRef, effects);
  const { serviceAccountRef, audiences = [] } = auth.kubernetesServiceAccountToken ?? {};
  const wanted = [...(serviceAccountRef?.audiences ?? []), ...audiences];
  return wanted.length > 0 ? projectedToken(wanted, effects) : defaultToken(place, effects);
}

function advice(
  { role }: JwtAuth,
  mount: string,
  { claims, source }: PresentedToken,
  { status, said }: { readonly status: number; readonly said: string },
): string | undefined {
  const at = `auth/${mount}/role/${role ?? '<default_role>'}`;
  if (isNoMount(status, said)) return mountAdvice;
  if (/could not be found|missing role/.test(said))
    return `Create the role (vault write ${at} ...), or correct role in the store; without one, the mount needs a default_role.`;
  if (/oidc role_type/.test(said)) return `Give ${at} role_type=jwt: this one is for people with a browser.`;
  if (/audience/.test(said))
    return `Give ${at} bound_audiences=${claims?.audiences[0] ?? '<audience>'}, or mount a token for the audience it has.`;
  if (!claims) return `Look at ${source}: it does not hold a JWT.`;
  return (
    `Compare ${at} with the token: bound_audiences ${claims.audiences.join(' or ') || 'unset'}, bound_subject ${claims.subject ?? '?'}, ` +
    `and auth/${mount}/config with its issuer ${claims.issuer ?? '?'}: bound_issuer, and the keys (jwks_url, oidc_discovery_url) that signed it.`
  );
}
