import type { TestContext } from 'node:test';
import { kubernetesLogin } from '../../../agent/auth/vault/kubernetes-login.ts';
import type { VaultLogin, VaultSession } from '../../../agent/auth/vault/login.ts';
import type { VaultSessionWorld } from '../../../agent/auth/vault/session-state.ts';
import { vaultSession } from '../../../agent/auth/vault/vault-session.ts';
import { type VaultClientOptions, vaultClient } from '../../../agent/clients/vault/client.ts';
import type { VaultClient } from '../../../agent/clients/vault/wire.ts';
import type { Clock } from '../../../agent/core/clock.ts';
import type { SecretValue } from '../../../agent/core/secret-value.ts';
import { jwtSigner, signedProjectedToken } from '../../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble, type VaultDoubleOptions } from '../../servers/vault-double.ts';
import type { TokenRules } from '../../servers/vault-double-tokens.ts';
import { type AuthWorld, authWorld, project, workDir } from '../auth-world.ts';

export const never: AbortSignal = new AbortController().signal;

/** Time that only a test moves; whoever sleeps wakes in order. */
export interface HeldTime {
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** Moves on, step by step; after each that wakes somebody, all that goes on comes to rest. */
  readonly advance: (ms: number) => Promise<void>;
  /** Moves on and wakes whom it must, whatever is under way. */
  readonly skip: (ms: number) => void;
  /** Moves the wall clock alone: somebody set it, or the machine slept. */
  readonly setWall: (byMs: number) => void;
  /** What the clock's `random` gives; 0.5. */
  random: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** `rest` resolves when nothing is under way. */
export function heldTime(rest: () => Promise<void>): HeldTime {
  const started = Date.now();
  let elapsed = 0;
  let leap = 0;
  const sleepers = new Set<Sleeper>();
  const time: HeldTime = {
    random: 0.5,
    clock: {
      now: () => started + elapsed + leap,
      random: () => time.random,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const sleeper = { at: elapsed + ms, wake: done };
          function done(): void {
            sleepers.delete(sleeper);
            signal.removeEventListener('abort', done);
            resolve();
          }
          if (signal.aborted) return resolve();
          sleepers.add(sleeper);
          signal.addEventListener('abort', done);
        }),
    },
    monotonicMs: () => 5_000_000 + elapsed,
    async advance(ms) {
      await rest();
      const target = elapsed + ms;
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (!next || next.at > target) break;
        elapsed = Math.max(elapsed, next.at);
        next.wake();
        await rest();
      }
      elapsed = target;
      await rest();
    },
    setWall(byMs) {
      leap += byMs;
    },
    skip(ms) {
      elapsed += ms;
      for (const { at, wake } of sleepers) if (at <= elapsed) wake();
    },
  };
  return time;
}

export interface VaultWorld {
  readonly double: VaultDouble;
  readonly client: VaultClient;
  readonly time: HeldTime;
  readonly auth: AuthWorld;
  /** Where `project` puts tokens, as --tokens. */
  readonly tokensDir: string;
  readonly rest: () => Promise<void>;
  /** `rest` waits for what runs in it. */
  readonly busy: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A double, a real client to it, and effects, all in one time. Nothing is left after the test. */
export async function vaultWorldFor(
  t: TestContext,
  options: VaultDoubleOptions & { readonly client?: Partial<VaultClientOptions>; readonly env?: Record<string, string> } = {},
): Promise<VaultWorld> {
  let underWay = 0;
  const rest = async (): Promise<void> => {
    for (let quiet = 0; quiet < 5; quiet = underWay > 0 ? 0 : quiet + 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const busy = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
  const time = heldTime(rest);
  const double = await startVaultDouble({ now: time.clock.now, ...options });
  const ca = double.ca();
  const sender = vaultClient({ server: double.url, ...(ca === undefined ? {} : { ca: [ca] }), ...options.client });
  const client: VaultClient = {
    request: (request, signal) => busy(() => sender.request(request, signal)),
    close: () => sender.close(),
  };
  t.after(async () => {
    await client.close();
    await double.close();
  });
  const tokensDir = await workDir(t);
  const auth = authWorld({ clock: time.clock, tokensDir, ...(options.env ? { env: options.env } : {}) });
  return { double, client, time, auth, tokensDir, rest, busy };
}

export const signer = jwtSigner();

/** The pod's login by kubernetes, with a role `app` of these rules. */
export function podLogin({ double, client, auth, tokensDir, time }: VaultWorld, rules: TokenRules = {}): VaultLogin {
  double.kubernetes('kubernetes', {
    keys: [signer.publicKey],
    roles: { app: { names: ['web'], namespaces: ['shop'], audience: 'vault', ...rules } },
  });
  project(tokensDir, { token: podToken(time) });
  const serviceAccountRef = { name: 'web', audiences: ['vault'] };
  return kubernetesLogin({ kind: 'kubernetes', mountPath: 'kubernetes', role: 'app', serviceAccountRef }, client, auth.effects);
}

export function podToken({ clock }: HeldTime, more: { readonly audience?: string; readonly expiresAt?: number } = {}): string {
  return signedProjectedToken(signer, {
    ...{ namespace: 'shop', serviceAccount: 'web', now: clock.now(), expiresAt: clock.now() + 3_600_000_000 },
    ...more,
  });
}

export interface SessionTold {
  readonly session: VaultSession;
  readonly logins: string[];
  readonly renewals: string[];
  readonly ttls: number[];
}

export function sessionFor(
  t: TestContext,
  { client, time, auth, busy }: VaultWorld,
  login: VaultLogin,
  more: Partial<VaultSessionWorld> = {},
): SessionTold {
  const logins: string[] = [];
  const renewals: string[] = [];
  const ttls: number[] = [];
  const counted = { ...login, login: (signal: AbortSignal) => busy(() => login.login(signal)) };
  const session = vaultSession(counted, client, {
    ...{ clock: time.clock, monotonicMs: time.monotonicMs, log: auth.effects.log, atEnd: 'keep' },
    onLogin: (method, result) => logins.push(`${method} ${result}`),
    onRenewal: (_method, result) => renewals.push(result),
    onToken: (ttl) => ttls.push(ttl),
    ...more,
  });
  t.after(() => session.close());
  return { session, logins, renewals, ttls };
}

export function textOf(token: SecretValue): string {
  return Buffer.from(token.reveal()).toString();
}
