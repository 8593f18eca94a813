import type { GoJson } from '../../core/go-json.ts';
import type { SecretValue } from '../../core/secret-value.ts';

/** One request of Vault's HTTP API (vault.md 1). */
export interface VaultRequest {
  /** For metrics and messages, such as `read secret` or `login kubernetes`. */
  readonly operation: string;
  /** What it is about, for messages: a path, a role. Never a value. */
  readonly subject: string;
  /** `LIST` goes out as GET with `list=true`. */
  readonly method: 'GET' | 'LIST' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1/`, segments not yet encoded: `secret/data/a b`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. May hold secrets; they are in no error. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: SecretValue;
  /** '' and 'root' send no header. */
  readonly namespace?: string;
  /** Asks for a wrapped answer, such as `60s`. */
  readonly wrapTtl?: string;
  /** `lease`: each success makes a lease or a certificate, or uses something up, so it isn't sent again once it may have arrived. */
  readonly makes?: 'lease';
  /** `forward`: a standby that is behind hands it on to the active node. */
  readonly consistency?: 'forward';
}

/** A 200 or 204, or a 404 that carries a normal envelope (vault.md R-60). */
export interface VaultAnswer {
  readonly status: number;
  /** Undefined where there was no body. Texts are `latin1`, numbers keep their digits (vault.md R-11). */
  readonly body: GoJson | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One server, as a store names it: connections are kept, and shared by all who talk to it. */
export interface VaultClient {
  /** Sends once, without retry. Throws VaultFailure for every other answer, and for none; nothing in it shows a secret. */
  readonly request: (request: VaultRequest, signal: AbortSignal) => Promise<VaultAnswer>;
  readonly close: () => Promise<void>;
}

/** What a server, or the way to it, said instead of an answer. */
export class VaultFailure extends Error {
  override readonly name = 'VaultFailure';
  /**
   * 0: no answer of Vault came. A page of something between (a proxy, a load balancer) keeps its status where it is 429 or 5xx; a 403 or 404 of
   * a stranger says nothing of a secret.
   */
  readonly status: number;
  /** Why it isn't Vault's own answer: `NOT_JSON` and the like (failure.ts), or Node's code of a network error. Undefined: Vault said it. */
  readonly reason: string | undefined;
  /** As the server worded them, tokens masked (vault.md ). */
  readonly errors: readonly string[];
  /** True when the request may have reached the server: then what makes leases must not be sent again. */
  readonly mayHaveArrived: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, about: FailureFacts, options?: ErrorOptions) {
    super(message, options);
    this.status = about.status;
    this.reason = about.reason;
    this.errors = about.errors ?? [];
    this.mayHaveArrived = about.mayHaveArrived;
    this.retryAfterMs = about.retryAfterMs;
  }
}

export interface FailureFacts {
  readonly status: number;
  readonly reason?: string;
  readonly errors?: readonly string[];
  readonly mayHaveArrived: boolean;
  readonly retryAfterMs?: number;
}
