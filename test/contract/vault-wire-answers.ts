import type { Got } from '../servers/vault-send.ts';

/** An error as `status text; text`; else the status with what `pick` takes. */
export async function said(answer: Promise<Got>, pick: (json: Got['json']) => unknown = () => undefined): Promise<unknown> {
  const { status, json } = await answer;
  if (Array.isArray(json?.errors)) return [status, ...json.errors.map(steady)];
  const picked = pick(json);
  return picked === undefined ? [status] : [status, picked];
}

/** Durations and ids differ from run to run. */
export function steady(text: string): string {
  return text
    .replace(/max_ttl of "[\dhms]+"/g, 'max_ttl of "<duration>"')
    .replace(/\bhv[sb]\.[\w-]+/g, '<token>')
    .replace(/(\/creds\/\w+)\/[\w.-]{20,}/g, '$1/<lease>');
}

export const keysOf = (value: unknown): readonly string[] => Object.keys(Object(value));
export const dataOf = (json: Got['json']): unknown => json.data;

export async function inTurn(sends: readonly (() => Promise<unknown>)[]): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (const send of sends) all.push(await send());
  return all;
}

export const envelope = [
  'request_id',
  'lease_id',
  'renewable',
  'lease_duration',
  'data',
  'wrap_info',
  'warnings',
  'auth',
  'mount_type',
];
export const none = [404];
export const done = [204];
export const denied = [403, '1 error occurred:\n\t* permission denied\n\n'];
export const deadToken = [403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'];
/** Of logins, and of requests without a token. */
export const refused = [403, 'permission denied'];
