import { type GoJson, parseGoJson } from '../../core/go-json.ts';
import type { RawAnswer } from './connection.ts';
import { pageWords, serverWords } from './server-words.ts';
import { type VaultAnswer, VaultFailure } from './wire.ts';

/** What came as an answer of Vault (vault.md 2). Throws a VaultFailure for an error, and for what isn't Vault's. `masked` is shown nowhere. */
export function answerOf(raw: RawAnswer, masked: () => readonly string[]): VaultAnswer {
  const { status, headers } = raw;
  const parsed = raw.text.trim() === '' ? { value: null } : parseGoJson(raw.text);
  const body = 'value' in parsed ? parsed.value : undefined;
  if (status === 204) return { status, headers, body: undefined };
  // 202: what goes on in the background, such as tidying.
  if (status === 200 || status === 202) {
    if (body === null) return { status, headers, body: undefined };
    if (body instanceof Map) return { status, headers, body };
    throw notVault(raw, masked());
  }
  if (!(body instanceof Map) || !isOfVault(body)) throw notVault(raw, masked());
  if (status === 404 && body.get('data') instanceof Map) return { status, headers, body };
  throw failureOf(raw, body, masked());
}

/** An error, an envelope without data, or what `sys/health` says with an error status. JSON of an API gateway has none of these. */
function isOfVault(body: ReadonlyMap<string, GoJson>): boolean {
  return (
    Array.isArray(body.get('errors')) || body.has('request_id') || body.get('data') instanceof Map || body.has('initialized')
  );
}

const mostErrors = 10;

function failureOf({ status, headers }: RawAnswer, body: ReadonlyMap<string, GoJson>, masked: readonly string[]): VaultFailure {
  const said = textsOf(body.get('errors'));
  // The wrong version of a KV mount is only told by a warning (vault.md M3).
  const errors = (said.length > 0 ? said : textsOf(body.get('warnings'))).map((text) => serverWords(text, masked));
  const retryAfterMs = retryAfter(headers);
  return new VaultFailure(errors.length > 0 ? errors.join('; ') : `status ${status}`, {
    status,
    errors,
    mayHaveArrived: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function textsOf(value: GoJson | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, mostErrors) : [];
}

/** The page of a proxy or a load balancer. Its 429 and 5xx are believed; its 403 and 404 say nothing of a secret. */
function notVault({ status, headers, text }: RawAnswer, masked: readonly string[]): VaultFailure {
  const type = /^[a-z]+\/[\w.+-]+/.exec(headers['content-type'] ?? '')?.[0] ?? 'no type';
  const words = pageWords(status, text, masked);
  const retryAfterMs = retryAfter(headers);
  const what =
    text === ''
      ? 'an empty answer'
      : `an answer that is not what Vault would say (${serverWords(type, masked, 60)}, ${text.length} bytes)`;
  return new VaultFailure(`${what} with status ${status}${words === '' ? '' : `: ${words}`}`, {
    status: status === 429 || status >= 500 ? status : 0,
    reason: 'NOT_JSON',
    mayHaveArrived: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const longestRetryAfterMs = 3_600_000;

/** Whole seconds, or a date: it is taken as that of the server's own clock, which the answer tells (vault.md R-37). */
function retryAfter(headers: RawAnswer['headers']): number | undefined {
  const asked = headers['retry-after']?.trim() ?? '';
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.parse(headers['date'] ?? '');
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, longestRetryAfterMs) : undefined;
}
