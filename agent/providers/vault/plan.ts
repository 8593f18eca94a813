import type { VaultAuth } from '../../auth/vault/vault-auth.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { FindQuery, ObjectRef } from '../../core/object-ref.ts';
import type { Store } from '../../core/spec.ts';
import type { StorePlan } from '../provider.ts';
import type { VaultConfig } from './config.ts';
import { requestOf } from './requests.ts';

/** What `check` tells of a Vault or OpenBao store, without a network. */
export function vaultPlan(_store: Store, config: VaultConfig): StorePlan {
  return {
    place: placeOf(config),
    identity: config.auth ? identityOf(config.auth) : 'the token in VAULT_TOKEN',
    calls: (refs, finds) => callsOf(config, refs, finds),
    notes: notesOf(config),
  };
}

function placeOf({ kind, server, path, version, namespace }: VaultConfig): string {
  const service = kind === 'openBao' ? 'OpenBao' : 'Vault';
  const mount = path ?? (kind === 'openBao' ? 'kv' : undefined);
  const where = mount === undefined ? 'at the mounts that keys begin with' : `at ${mount}`;
  return `${service} KV ${version} ${where} on ${server}${namespace === undefined ? '' : `, namespace ${namespace}`}`;
}

function identityOf(auth: VaultAuth): string {
  switch (auth.kind) {
    case 'tokenSecretRef':
      return `the token in Secret ${auth.tokenSecretRef.name}`;
    case 'appRole':
      return `${auth.roleId ? `role id ${auth.roleId}` : `the role id in Secret ${auth.roleRef?.name}`} by appRole at auth/${auth.path}`;
    case 'kubernetes':
      return `role ${auth.role} by kubernetes at auth/${auth.mountPath}`;
    case 'userPass':
    case 'ldap':
      return `user ${auth.username} by ${auth.kind} at auth/${auth.path}`;
    case 'jwt':
      return `${auth.role ? `role ${auth.role}` : 'the default role'} by jwt at auth/${auth.path}`;
    case 'cert':
      return `the certificate in Secret ${auth.clientCert.name} at auth/${auth.path}`;
    case 'iam':
      return `role ${auth.vaultRole} by iam at auth/${auth.path}`;
    case 'gcp':
      return `role ${auth.role} by gcp at auth/${auth.path}`;
  }
}

/** Each path and version once, however many entries name it. How many folders and hits a search has is not known offline. */
function callsOf(config: VaultConfig, refs: readonly ObjectRef[], finds: readonly FindQuery[]): number {
  const requests = new Set(refs.map((ref) => requestId(config, ref)));
  return requests.size + finds.reduce((sum, { name, tags }) => sum + (tags && !name ? 3 : 2), 0);
}

function requestId(config: VaultConfig, ref: ObjectRef): string {
  try {
    return JSON.stringify(requestOf(config, ref));
  } catch (error) {
    if (error instanceof AgentError) return JSON.stringify(ref);
    throw error;
  }
}

function notesOf(config: VaultConfig): readonly string[] {
  const { auth, server, caBundle, caProvider, tls } = config;
  const isPlain = server.startsWith('http:');
  return [
    'The agent logs in once and renews its token; a refresh reads each path once, however many entries name it.',
    ...(isPlain ? ['The server is named by http: tokens and secrets cross the network in the clear.'] : []),
    ...(isPlain && (caBundle || caProvider || tls) ? ['caBundle, caProvider and tls have no effect with http.'] : []),
    ...(auth ? [] : ['Without auth the token in VAULT_TOKEN is used: that is for a laptop, not for a pod.']),
    ...(auth?.kind === 'tokenSecretRef' ? ['A token from a Secret is renewed where it may be, and never revoked.'] : []),
    'A find lists every folder below find.path and reads each match; by tags it reads the metadata of every secret there.',
  ].filter((note) => config.kind === 'vault' || !note.startsWith('A find lists'));
}
