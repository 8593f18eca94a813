import type { RetrySettings } from './spec.ts';

/** Something that makes entries instead of keeping them (eso.md 3): each use of it is a credential of its own. */
export interface Generator {
  /** `VaultDynamicSecret/name` or `ClusterGenerator/name`. */
  readonly id: string;
  readonly name: string;
  /** A key of `knownProviders`: whom it asks, and by which login. */
  readonly provider: string;
  /** What that provider's shape made of `provider`; only it looks inside. */
  readonly config: unknown;
  readonly request: DynamicRequest;
  readonly retry?: RetrySettings;
  /** Equal in another process, too: a credential that was handed over is told by it. */
  readonly digest: string;
}

/** What a VaultDynamicSecret asks for. */
export interface DynamicRequest {
  /** Without a slash at its ends: `database/creds/app`. */
  readonly path: string;
  /** `write`: whatever isn't one of the others. */
  readonly method: 'GET' | 'LIST' | 'DELETE' | 'write';
  /** The body of a write. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Which part of the answer becomes entries. */
  readonly resultType: 'Data' | 'Auth' | 'Raw';
  readonly allowEmptyResponse: boolean;
}
