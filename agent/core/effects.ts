import type { Clock } from './clock.ts';
import type { HandOver } from './hand-over.ts';
import type { Log } from './log.ts';
import type { SecretValue } from './secret-value.ts';
import type { IdentityHints, SecretKeyRef } from './spec.ts';

/** What a provider may use of the world. */
export interface Effects {
  readonly clock: Clock;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly identity: IdentityHints;
  /** From the spec's Secret documents, else --credentials. Throws CREDENTIALS_MISSING. */
  readonly credential: (ref: SecretKeyRef) => Promise<SecretValue>;
  /** From the spec's ConfigMap documents, else --configmaps. Throws CREDENTIALS_MISSING. */
  readonly configMap: (ref: SecretKeyRef) => Promise<Uint8Array>;
  /** Path of the projected token whose `aud` holds this audience, or undefined. Read the file afresh for each exchange. */
  readonly tokenFile: (audience: string) => Promise<string | undefined>;
  readonly allowNodeCredentials: boolean;
  /** Name for role sessions: namespace and pod. */
  readonly sessionName: string;
  /** Tells every request that went out, for metrics: `ok` or an error class. */
  readonly onRequest: (request: StoreRequest) => void;
  /** Tells what becomes of a login that is kept alive, for metrics. */
  readonly onSession?: (event: SessionEvent) => void;
  /** Absent where nobody comes after this agent: `check`, `render`. */
  readonly handOver?: HandOver;
}

/** `ttlSeconds`: of the token in use from now on; 0: without end. */
export type SessionEvent = { readonly store: string } & (
  | { readonly kind: 'login' | 'renewal'; readonly method: string; readonly result: 'ok' | StoreRequest['class'] }
  | { readonly kind: 'token'; readonly ttlSeconds: number }
);

export interface StoreRequest {
  readonly store: string;
  /** As the store's API names it, such as `GetSecretValue`. */
  readonly operation: string;
  readonly class: 'ok' | 'auth' | 'denied' | 'missing' | 'throttled' | 'unavailable' | 'invalid';
  readonly seconds: number;
}
