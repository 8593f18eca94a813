import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import { describeClaims } from '../token-claims.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import { defaultToken, defaultTokenPlace, type PresentedToken, projectedToken, storedToken } from './presented-token.ts';
import type { KubernetesAuth } from './vault-auth.ts';

/** The pod's service account token for a Vault token (vault.md 5.1). */
export function kubernetesLogin(
  auth: KubernetesAuth & { readonly namespace?: string },
  client: VaultClient,
  effects: Effects,
  place = defaultTokenPlace,
): VaultLogin {
  const mount = mountOf(auth.mountPath);
  const identity = `role ${auth.role} by kubernetes at auth/${mount}`;
  return {
    method: 'kubernetes',
    identity,
    login: async (signal) => {
      const shown = await tokenToShow(auth, effects, place);
      const presented = `the token ${shown.source}: ${describeClaims(shown.claims, effects.clock.now())}`;
      const mend = (status: number, said: string) => advice(auth, mount, shown, { status, said, now: effects.clock.now() });
      return sendLogin(
        client,
        {
          ...{ method: 'kubernetes', identity, path: `${mount}/login`, namespace: auth.namespace },
          body: { role: auth.role, jwt: shown.token },
          story: { presented, sent: [shown.token], mend },
        },
        signal,
      );
    },
  };
}

function tokenToShow({ serviceAccountRef, secretRef }: KubernetesAuth, effects: Effects, place: string): Promise<PresentedToken> {
  if (serviceAccountRef && serviceAccountRef.audiences.length > 0) return projectedToken(serviceAccountRef.audiences, effects);
  if (!serviceAccountRef && secretRef) return storedToken(secretRef, effects);
  return defaultToken(place, effects);
}

/** With the names that the role must have. What the server says varies by version, and is often no more than "permission denied". */
function advice(
  { role, serviceAccountRef }: KubernetesAuth,
  mount: string,
  { claims, source }: PresentedToken,
  { status, said, now }: { readonly status: number; readonly said: string; readonly now: number },
): string | undefined {
  const at = `auth/${mount}/role/${role}`;
  if (isNoMount(status, said)) return mountAdvice;
  if (status === 400 && /role name|missing role/.test(said))
    return `Create the role (vault write ${at} ...), or correct role in the store.`;
  if (!claims) return `Look at ${source}: Vault's kubernetes method takes the JWT of a service account.`;
  if (claims.expiresAt !== undefined && claims.expiresAt <= now)
    return `The token in ${source} has expired and the kubelet should have replaced it: is the pod terminating, or the node's clock wrong?`;
  const account = claims.serviceAccount ?? '?';
  const other =
    serviceAccountRef && claims.serviceAccount !== undefined && serviceAccountRef.name !== claims.serviceAccount
      ? ` The store names the service account ${serviceAccountRef.name}, but an agent can only be its own pod's, ${account}.`
      : '';
  const audience = claims.audiences[0] ?? 'none';
  return (
    `Check ${at}: bound_service_account_names must have ${account}, bound_service_account_namespaces ${claims.namespace ?? '?'}, and ` +
    `audience must be ${audience} or unset (serviceAccountRef.audiences chooses another token).${other} If all fit, Vault's TokenReview ` +
    `failed: check auth/${mount}/config, and that its reviewer, or this service account where it has none, may system:auth-delegator.`
  );
}
