import type { Effects } from '../../core/effects.ts';
import type { SecretKeyRef, Store } from '../../core/spec.ts';
import type { SessionKeep } from '../kept-session.ts';
import { keepSession, type Session } from '../session.ts';
import { loginByRole, type RoleStep } from './assume-role.ts';
import { baseLogin } from './base-login.ts';
import type { AwsCredentialIdentity } from './credential-identity.ts';
import { keptKeys } from './kept-keys.ts';
import { sessionTagsOf } from './session-tags.ts';
import { mountedKeys } from './static-keys.ts';

/** What a store's `provider.aws` says about who it is read as (eso.md 2.3). */
export interface AwsIdentityConfig {
  readonly region: string;
  readonly role?: string;
  /** Assumed in turn before `role`. */
  readonly additionalRoles: readonly string[];
  readonly externalID?: string;
  readonly sessionTags: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys: readonly string[];
  readonly sessionTagsPolicy: 'None' | 'Simple' | 'Custom';
  readonly customSessionTags: Readonly<Record<string, string>>;
  readonly auth: AwsAuth;
}

export type AwsAuth =
  | { readonly kind: 'default' }
  | {
      readonly kind: 'secretRef';
      readonly accessKeyID: SecretKeyRef;
      readonly secretAccessKey: SecretKeyRef;
      readonly sessionToken?: SecretKeyRef;
    }
  | {
      readonly kind: 'jwt';
      readonly serviceAccountRef: { readonly name: string; readonly namespace?: string; readonly audiences: readonly string[] };
    };

/**
 * The credentials of one store, cached by what they depend on and renewed ahead of their end. Ask before each request: static keys
 * change with their files, and a client that keeps what it got once would not see it.
 */
export interface AwsSession {
  /** Throws IDENTITY_REFUSED, TOKEN_UNREADABLE, CREDENTIALS_MISSING or IDENTITY_UNAVAILABLE. */
  readonly credentials: () => Promise<AwsCredentialIdentity>;
  /** Logs in anew, for when a store calls the credentials expired or unknown; one login in flight, however many ask. */
  readonly refresh: () => Promise<void>;
}

export function awsCredentials(
  store: Pick<Store, 'id' | 'kind' | 'name'>,
  config: AwsIdentityConfig,
  effects: Effects,
): AwsSession {
  const world = { store: store.id, effects };
  const sessions = sessionsOf(effects);
  const { auth, region } = config;
  let id = JSON.stringify([auth, region]);
  let session = shared(sessions, id, () => baseSession(config, kept(id, world)));
  for (const step of roleSteps(store, config, effects)) {
    const source = session;
    id = JSON.stringify([id, step]);
    session = shared(sessions, id, () => roleSession(step, source, kept(id, world)));
  }
  return { credentials: session.get, refresh: session.refresh };
}

type KeySession = Session<AwsCredentialIdentity>;

/** Stores of one spec, in one world, that are read as the same identity log in once. Both are told by the very objects that are handed on. */
const sessionsBySpec = new WeakMap<Effects['identity'], WeakMap<Effects['env'], Map<string, KeySession>>>();

function sessionsOf({ identity, env }: Effects): Map<string, KeySession> {
  const ofSpec = sessionsBySpec.get(identity) ?? new WeakMap<Effects['env'], Map<string, KeySession>>();
  sessionsBySpec.set(identity, ofSpec);
  const sessions = ofSpec.get(env) ?? new Map<string, KeySession>();
  ofSpec.set(env, sessions);
  return sessions;
}

function shared(sessions: Map<string, KeySession>, id: string, make: () => KeySession): KeySession {
  const session = sessions.get(id) ?? make();
  sessions.set(id, session);
  return session;
}

interface World {
  readonly store: string;
  readonly effects: Effects;
}

/** Where the session of this identity is handed over; nowhere in `check` and `render`. */
type Kept = World & { readonly keep?: SessionKeep<AwsCredentialIdentity> };

function kept(id: string, world: World): Kept {
  const { handOver } = world.effects;
  return handOver ? { ...world, keep: keptKeys(handOver, id) } : world;
}

function baseSession(config: AwsIdentityConfig, { keep, ...world }: Kept): KeySession {
  const { auth } = config;
  const keyFiles =
    auth.kind === 'secretRef' ? { dependsOn: async () => JSON.stringify(await mountedKeys(auth, world.effects)) } : {};
  return keepSession(
    { name: `${world.store}: ${auth.kind}`, login: () => baseLogin(config, world), ...keyFiles, ...(keep ? { keep } : {}) },
    world.effects,
  );
}

/** A session of a role: forgotten, too, when the keys at the root of the chain are others. */
function roleSession(step: RoleStep, source: KeySession, { keep, ...world }: Kept): KeySession {
  const renewed = async (): Promise<AwsCredentialIdentity> => {
    await source.refresh();
    return source.get();
  };
  const login = () => loginByRole(step, { current: source.get, renewed }, world);
  return keepSession(
    { name: `${world.store}: ${step.role}`, login, dependsOn: source.dependsOn, ...(keep ? { keep } : {}) },
    world.effects,
  );
}

/** `additionalRoles` in turn, then `role`; what the manifest says about external id and tags is for the last alone. */
function roleSteps(store: Pick<Store, 'kind' | 'name'>, config: AwsIdentityConfig, { identity }: Effects): readonly RoleStep[] {
  const { region, role, externalID } = config;
  const between = config.additionalRoles.map((each) => ({ role: each, region, tags: [], transitiveTagKeys: [] }));
  if (role === undefined) return between;
  const { tags, transitiveTagKeys } = sessionTagsOf(config, store, identity.namespace);
  return [...between, { role, region, tags, transitiveTagKeys, ...(externalID === undefined ? {} : { externalID }) }];
}
