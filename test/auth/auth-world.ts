import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import { type AwsIdentityConfig, type AwsSession, awsCredentials } from '../../agent/auth/aws/credentials.ts';
import { findToken } from '../../agent/auth/token-files.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Clock } from '../../agent/core/clock.ts';
import type { Effects, StoreRequest } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Store } from '../../agent/core/spec.ts';

/** The last part of every test token: nothing that the agent says may hold it. */
export const signatureCanary = 'c4nAry-SIGNATURE_0f9e8d7c6b5a';

export interface TokenInput {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string | readonly string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
  readonly kubernetes?: unknown;
  /** Makes tokens differ that are otherwise equal. */
  readonly id?: string;
}

export const issuer = 'https://oidc.example.test/id/1A2B';
export const subject = 'system:serviceaccount:shop:web';

/** A JWT as the API server writes it, but for the signature. */
export function tokenFor(audience: TokenInput['audience'], more: TokenInput = {}): string {
  const claims = {
    ...{ iss: more.issuer ?? issuer, sub: more.subject ?? subject, aud: audience },
    ...{ exp: more.exp ?? Math.floor(Date.now() / 1000) + 3600, jti: more.id ?? 'first' },
    ...(more.kubernetes === undefined ? {} : { 'kubernetes.io': more.kubernetes }),
  };
  const parts = [{ alg: 'RS256', kid: 'k' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...parts, signatureCanary].join('.');
}

/** A directory that is gone after the test. */
export async function workDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'keytide-auth-'));
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** Writes files as the kubelet's AtomicWriter does, or replaces all of them in one step; done when it returns. */
export function project(dir: string, files: Readonly<Record<string, string>>): void {
  const name = `..${process.hrtime.bigint()}`;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, path, '..'), { recursive: true });
    writeFileSync(join(dir, name, path), text);
  }
  symlinkSync(name, join(dir, '..data_tmp'));
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  for (const top of new Set(Object.keys(files).map((path) => path.split('/')[0] ?? '')))
    if (!lstatSync(join(dir, top), { throwIfNoEntry: false })) symlinkSync(join('..data', top), join(dir, top));
}

/** A clock that only a test moves; sleeping moves it at once. */
export function heldClock(): Clock & { readonly advance: (ms: number) => void; readonly sleeps: readonly number[] } {
  let now = Date.now();
  const sleeps: number[] = [];
  const advance = (ms: number): void => {
    now += Math.max(0, ms);
  };
  const sleep = async (ms: number): Promise<void> => {
    sleeps.push(ms);
    advance(ms);
    // Lets what was waited for happen: sockets and files need turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { now: () => now, random: () => 0.5, sleep, advance, sleeps };
}

export interface AuthWorld {
  readonly effects: Effects;
  readonly requests: StoreRequest[];
  readonly logged: { readonly level: string; readonly fields: unknown; readonly message: string }[];
}

export interface AuthWorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly tokensDir?: string;
  readonly usualPlaces?: readonly string[];
  readonly clock?: Clock;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly credential?: Effects['credential'];
  readonly allowNodeCredentials?: boolean;
}

export function authWorld(options: AuthWorldOptions = {}): AuthWorld {
  const requests: StoreRequest[] = [];
  const logged: AuthWorld['logged'] = [];
  const log =
    (level: string) =>
    (fields: unknown, message: string): void =>
      void logged.push({ level, fields, message });
  const effects: Effects = {
    clock: options.clock ?? heldClock(),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    // A home without shared files, so that a developer's own are left alone.
    env: { HOME: '/nonexistent', ...options.env },
    identity: { namespace: 'shop', serviceAccount: 'web', annotations: options.annotations ?? {} },
    credential: options.credential ?? (async ({ name, key }) => SecretValue.ofText(`${name}-${key}`)),
    configMap: async () => new Uint8Array(),
    tokenFile: (audience) =>
      findToken({ tokensDir: options.tokensDir ?? '/nonexistent', usualPlaces: options.usualPlaces ?? [], audience }),
    allowNodeCredentials: options.allowNodeCredentials ?? false,
    sessionName: 'shop.web-7d4b9',
    onRequest: (request) => requests.push(request),
  };
  return { effects, requests, logged };
}

const region = 'eu-west-1';

function identityConfig(config: Partial<AwsIdentityConfig> = {}): AwsIdentityConfig {
  return {
    ...{ region, additionalRoles: [], sessionTags: [], transitiveTagKeys: [], sessionTagsPolicy: 'None', customSessionTags: {} },
    auth: { kind: 'default' },
    ...config,
  };
}

export function storeNamed(name = 'aws'): Store {
  return {
    ...{
      id: `SecretStore/${name}`,
      kind: 'SecretStore',
      name,
      annotations: {},
      provider: 'aws',
      config: {},
      digest: '',
      documentsDigest: '',
    },
    dialect: {
      order: 'literal-first',
      numbers: 'raw',
      missingProperty: 'error',
      findKeys: 'as-listed',
      json: 'lenient',
    },
  };
}

export function sessionOf(world: AuthWorld, config: Partial<AwsIdentityConfig> = {}, store = storeNamed()): AwsSession {
  return awsCredentials(store, identityConfig(config), world.effects);
}

/** The AgentError that a promise rejects with; nothing in it, however deep, holds one of the secrets. */
export async function failureOf(promise: Promise<unknown>, ...secrets: readonly string[]): Promise<AgentError> {
  const error = await promise.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AgentError, inspect(error));
  assertNoSecrets(error, ...secrets);
  return error;
}

/** Looks into causes, hidden properties and all. */
export function assertNoSecrets(value: unknown, ...secrets: readonly string[]): void {
  const text = inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  const shapes = (secret: string) => [
    secret,
    ...(['base64', 'base64url', 'hex'] as const).map((as) => Buffer.from(secret).toString(as)),
  ];
  for (const secret of [signatureCanary, ...secrets])
    for (const shape of [...shapes(secret), encodeURIComponent(secret)]) assert.ok(!text.includes(shape), 'a secret is told');
}

/** Waits until something holds, looking again and again; fails after ten seconds. */
export async function until(claim: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (await claim()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('it did not come true in ten seconds');
}
