import type { GoRegexp } from './go-regexp.ts';

/**
 * What a delivery does around the swap of its files (DESIGN 7), as the spec says it. Texts may hold `{dir}` (the delivery's directory, or
 * the staged generation in a check), `{feedback}`, `{delivery}` and `{generation}`; a hook never gets a secret in its arguments or environment.
 */
export type ReloadStep = SignalStep | HttpStep | ExecStep | TouchStep;

export interface SignalStep {
  readonly kind: 'signal';
  /** Such as `SIGHUP`. */
  readonly signal: NodeJS.Signals;
  readonly process: ProcessSelector;
  /** More than one unrelated match is an error unless true. */
  readonly all: boolean;
  /** True: this program takes the signal although its runtime hides that (Go, Java). */
  readonly handled: boolean;
}

export type ProcessSelector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pidFile'; readonly path: string }
  | { readonly kind: 'commandMatches'; readonly pattern: GoRegexp };

/** To a loopback address, a unix socket, or a host that the operator allows. */
export interface HttpStep {
  readonly kind: 'http';
  readonly method: string;
  /** `http:` or `https:`; with `socket` only its path and query count. */
  readonly url: string;
  /** Path of a unix socket. */
  readonly socket?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expectStatus: readonly number[];
  readonly timeoutMs: number;
  /** Further tries in this step after the first. */
  readonly retries: number;
  readonly tls: HttpTls;
}

export interface HttpTls {
  /** Name in the certificate, where it isn't the host of the URL. */
  readonly serverName?: string;
  /** File with what to trust; the usual roots unless given. */
  readonly ca?: string;
  /** True: whoever answers is believed. Only for loopback addresses and sockets. */
  readonly skipVerify: boolean;
}

/** A program of the agent's container, in a process group of its own. */
export interface ExecStep {
  readonly kind: 'exec';
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** Sets the time of a file, and makes it where it isn't there. */
export interface TouchStep {
  readonly kind: 'touch';
  readonly path: string;
}

export type VerifyStep = HttpStep | ExecStep | TcpStep | TlsServesStep | AckFileStep | ProcessAliveStep;

/** Something listens. */
export interface TcpStep {
  readonly kind: 'tcp';
  /** `host:port`, `[v6]:port`, or the path of a unix socket. */
  readonly address: string;
}

/** The certificate that is served is the one in a file of this generation. */
export interface TlsServesStep {
  readonly kind: 'tlsServes';
  /** `host:port`. */
  readonly address: string;
  /** Path below the delivery's directory; its first certificate counts. */
  readonly certificate: string;
  readonly serverName?: string;
  readonly startTls?: 'postgres' | 'smtp';
}

/** The app writes the number of the generation that it has taken to `{feedback}/<delivery>.ack`. */
export interface AckFileStep {
  readonly kind: 'ackFile';
}

/** The process that was there before the reload is there all the time; or another one is, where the reload restarts it. */
export interface ProcessAliveStep {
  readonly kind: 'processAlive';
  readonly forMs: number;
  /** That of the signal step unless given. */
  readonly process?: ProcessSelector;
  readonly expect: 'same' | 'restarted';
}

/** Looked at before anybody sees the files. */
export interface Check {
  readonly validations: readonly Validation[];
  readonly exec?: ExecStep;
}

export type FileSyntax = 'json' | 'yaml' | 'toml' | 'dotenv' | 'properties' | 'pem';

export type Validation =
  | { readonly kind: 'syntax'; readonly file: string; readonly syntax: FileSyntax }
  /** The key fits the first certificate, the chain is in order, nothing is over its time; for `host`, if given. Both may be one file. */
  | { readonly kind: 'keypair'; readonly certificate: string; readonly key: string; readonly host?: string };

export interface Verify {
  /** All steps must hold within it. */
  readonly timeoutMs: number;
  readonly steps: readonly VerifyStep[];
}

/** What a change waits for before it is published, so that the pods of a deployment don't change at once. */
export type Stagger =
  | { readonly kind: 'none' }
  /** A share of the window by the pod's UID, the same for all deliveries of the pod. */
  | { readonly kind: 'window'; readonly ms: number }
  /** So long for each pod of a StatefulSet that comes before this one. */
  | { readonly kind: 'ordinal'; readonly msEach: number };

/** What hooks are told of the generation they run for. */
export interface HookSubject {
  readonly generation: number;
  /** What `{dir}` and KEYTIDE_DIR are: where the files of this generation are, absolute. */
  readonly directory: string;
}
