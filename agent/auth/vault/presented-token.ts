import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import { readClaims, type TokenClaims } from '../token-claims.ts';
import { readToken } from '../token-files.ts';
import { credentialWord, nameOf } from './credential-text.ts';

/** A JWT that a login presents: read for that login, then forgotten (vault.md K1). */
export interface PresentedToken {
  readonly token: string;
  /** Its file or Secret, for messages. */
  readonly source: string;
  /** Decoded, not verified; undefined where it is no JWT. */
  readonly claims: TokenClaims | undefined;
}

/** The token that every pod has unless its manifest says otherwise; for the API server. */
export const defaultTokenPlace = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** From a Secret. Throws CREDENTIALS_MISSING. */
export async function storedToken(ref: SecretKeyRef, effects: Effects): Promise<PresentedToken> {
  return presented(await credentialWord(ref, effects), nameOf(ref));
}

/** The pod's projected token for the first of these audiences that there is one for. Throws TOKEN_UNREADABLE. */
export async function projectedToken(audiences: readonly string[], effects: Effects): Promise<PresentedToken> {
  const path = await fileFor(audiences, effects);
  if (path === undefined) throw noToken(audiences);
  return presented(await readToken(path), path);
}

/**
 * The pod's default token, as ESO's TokenRequest without audiences gives it. A pod that has none mounted (automountServiceAccountToken:
 * false) may still have one for the API server, or for `vault`, below --tokens. Throws TOKEN_UNREADABLE.
 */
export async function defaultToken(place: string, effects: Effects): Promise<PresentedToken> {
  try {
    return presented(await readToken(place), place);
  } catch (error) {
    const path = await fileFor(
      ['https://kubernetes.default.svc', 'https://kubernetes.default.svc.cluster.local', 'vault'],
      effects,
    );
    if (path === undefined) throw error;
    return presented(await readToken(path), path);
  }
}

async function fileFor(audiences: readonly string[], effects: Effects): Promise<string | undefined> {
  for (const audience of audiences) {
    const path = await effects.tokenFile(audience);
    if (path !== undefined) return path;
  }
  return undefined;
}

function presented(token: string, source: string): PresentedToken {
  return { token, source, claims: readClaims(token) };
}

function noToken(audiences: readonly string[]): AgentError {
  const wanted = [...new Set(audiences)].join(' or ');
  return new AgentError('TOKEN_UNREADABLE', `There is no token for the audience ${wanted} to log in to Vault with`, {
    hint: `Mount a projected serviceAccountToken volume with audience: ${audiences[0]} in the agent's container, below --tokens.`,
  });
}
