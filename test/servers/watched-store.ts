import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Clock, systemClock } from '../../agent/core/clock.ts';
import type { Effects } from '../../agent/core/effects.ts';
import type { Answer } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { ref } from '../contract/provider-contract.ts';
import type { VaultServer } from './vault-server.ts';
import { openStore, writePolicy } from './vault-store.ts';

const password = 'right';

/** `secret/app`, and a policy `app` that may read it; a mount for `addUser`. */
export async function setUpApp(server: VaultServer): Promise<void> {
  await server.set('sys/auth/userpass', { type: 'userpass' });
  await server.set('secret/data/app', { data: { n: 1 } });
  await writePolicy(server, 'app', { 'secret/data/app': ['read'] });
}

/** A user whose tokens live as these fields say. */
export async function addUser({ set }: VaultServer, name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  await set(`auth/userpass/users/${name}`, { password, token_policies: ['app'], ...fields });
}

/** A store that logs in as a user and reads `secret/app`. */
export interface WatchedStore {
  readonly read: (signal?: AbortSignal) => Promise<Answer>;
  /** Of a read that must fail. */
  readonly code: () => Promise<string>;
  /** Operations, each with its class. */
  readonly requests: readonly string[];
  /** How many of `requests` begin so. */
  readonly count: (operation: string) => number;
  /** Every wait between tries, in ms. */
  readonly sleeps: number[];
  readonly close: () => Promise<void>;
}

export async function watchedStore(server: VaultServer, username: string): Promise<WatchedStore> {
  const requests: string[] = [];
  const sleeps: number[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, signal) => {
      sleeps.push(ms);
      return systemClock.sleep(ms, signal);
    },
  };
  const onRequest: Effects['onRequest'] = ({ operation, class: outcome }) => void requests.push(`${operation} ${outcome}`);
  const auth = { kind: 'userPass', path: 'userpass', username, secretRef: { name: 'app', key: 'password' } } as const;
  const effects = { onRequest, clock, credential: async () => SecretValue.ofText(password) };
  const provider = await openStore(server, { config: { auth }, effects });
  const read = async (signal = new AbortController().signal): Promise<Answer> => {
    const asked = ref('app');
    return (await provider.read([asked], new Map(), signal)).get(asked) ?? { kind: 'unchanged' };
  };
  return {
    ...{ read, requests, sleeps },
    code: async () => {
      const answer = await read();
      assert.ok(answer.kind === 'failed', inspect(answer));
      return answer.error.code;
    },
    count: (operation) => requests.filter((each) => each.startsWith(operation)).length,
    close: async () => provider.close?.(),
  };
}

/** Accessors of the tokens of this user that live. */
export async function tokensOf({ set, send }: VaultServer, username: string): Promise<readonly string[]> {
  const { keys }: { readonly keys: readonly string[] } = await set('auth/token/accessors?list=true');
  const looked = await Promise.all(keys.map((accessor) => send('auth/token/lookup-accessor', { body: { accessor } })));
  return looked.flatMap(({ json }) => (json?.data?.meta?.username === username ? [json.data.accessor] : []));
}
