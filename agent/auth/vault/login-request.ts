import type { VaultAnswer, VaultClient } from '../../clients/vault/wire.ts';
import type { VaultToken } from './login.ts';
import { type LoginStory, loginError } from './login-error.ts';
import { issuedToken } from './token-answer.ts';

/** Where and how one login goes out. */
export interface LoginRequest {
  /** As in `VaultLogin`. */
  readonly method: string;
  readonly identity: string;
  /** Below `auth/`: `kubernetes/login`. */
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
  readonly namespace: string | undefined;
  readonly story: Omit<LoginStory, 'what'>;
}

/** One POST, no retry (the session has its own pauses); its answer as a token. Throws AgentErrors. */
export async function sendLogin(client: VaultClient, request: LoginRequest, signal: AbortSignal): Promise<VaultToken> {
  const { method, identity, path, body, namespace, story } = request;
  const what = `the login of ${identity}`;
  const answer = await client
    .request(
      {
        ...{ operation: `login ${method}`, subject: identity, method: 'POST', path: `auth/${path}`, body, makes: 'lease' },
        ...(namespace === undefined ? {} : { namespace }),
      },
      signal,
    )
    .catch((error: unknown): VaultAnswer => {
      throw loginError(error, { ...story, what });
    });
  return issuedToken(answer, `The login of ${identity}`);
}

/** A mount as manifests write it, with slashes or without. */
export function mountOf(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
