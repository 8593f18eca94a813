import type { AppRole } from '../servers/vault-double-approle.ts';
import type { JwtRole, KubernetesRole, User } from '../servers/vault-double-auth.ts';
import type { DatabaseSetup } from '../servers/vault-double-database.ts';
import type { PkiRole } from '../servers/vault-double-pki.ts';
import type { PolicyRules } from '../servers/vault-double-policies.ts';
import type { TokenRules } from '../servers/vault-double-tokens.ts';
import type { Got, Sent } from '../servers/vault-send.ts';

/** What sets up a Vault, the double or a real one, for the cases of the wire. Mounts are those of one case alone. */
export interface VaultHands {
  /** With the root token unless told otherwise. */
  readonly send: (path: string, sent?: Sent) => Promise<Got>;
  readonly kv1: (mount: string) => Promise<void>;
  readonly kv2: (mount: string) => Promise<void>;
  readonly policy: (name: string, rules: PolicyRules) => Promise<void>;
  readonly token: (rules: TokenRules) => Promise<string>;
  readonly userPass: (mount: string, users: Readonly<Record<string, User>>) => Promise<void>;
  readonly appRole: (mount: string, roles: Readonly<Record<string, AppRole>>) => Promise<void>;
  /** Both judge the tokens of `wireSigner`. */
  readonly kubernetes: (mount: string, roles: Readonly<Record<string, KubernetesRole>>) => Promise<void>;
  readonly jwt: (mount: string, roles: Readonly<Record<string, JwtRole>>) => Promise<void>;
  readonly database: (mount: string, setup: DatabaseSetup) => Promise<void>;
  readonly pki: (mount: string, roles: Readonly<Record<string, PkiRole>>) => Promise<void>;
}
