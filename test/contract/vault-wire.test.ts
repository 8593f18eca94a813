import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import type { User } from '../servers/vault-double-auth.ts';
import { sendTo } from '../servers/vault-send.ts';
import type { VaultHands } from './vault-hands.ts';
import { wireCases, wireSigner } from './vault-wire-cases.ts';

let double: VaultDouble;

before(async () => {
  double = await startVaultDouble();
});
after(() => double.close());

function hands(): VaultHands {
  const keys = [wireSigner.publicKey];
  const usersOf = new Map<string, Record<string, User>>();
  return {
    send: (path, sent = {}) => sendTo(double.url, path, { token: double.root, ...sent }),
    kv1: async (mount) => double.kv1(mount),
    kv2: async (mount) => double.kv2(mount),
    policy: async (name, rules) => double.policy(name, rules),
    token: async (rules) => double.token(rules).id,
    userPass: async (mount, users) => {
      const known = usersOf.get(mount);
      if (!known) {
        usersOf.set(mount, { ...users });
        return double.userPass(mount, usersOf.get(mount) ?? {});
      }
      for (const name of Object.keys(known)) delete known[name];
      Object.assign(known, users);
    },
    appRole: async (mount, roles) => void double.appRole(mount, roles),
    kubernetes: async (mount, roles) => double.kubernetes(mount, { keys, roles }),
    jwt: async (mount, roles) => double.jwt(mount, { keys, issuer: 'https://issuer.test', roles }),
    database: async (mount, setup) => void double.database(mount, setup),
    pki: async (mount, roles) => void double.pki(mount, roles),
  };
}

describe('the double answers as a real Vault', () => {
  for (const { name, run, expected } of wireCases)
    it(name, async () => {
      assert.deepEqual(await run(hands()), expected);
    });
});
