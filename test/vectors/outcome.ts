import { isDeepStrictEqual } from 'node:util';
import { AgentError } from '../../agent/core/agent-error.ts';
import { bytesOf, type Fields, fields, plain } from './fields.ts';

/** What the code made of an input. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: Uint8Array }
  | { readonly kind: 'map'; readonly map: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'error'; readonly error: unknown }
  /** Named facts: status, calls, decisions. */
  | { readonly kind: 'facts'; readonly facts: Fields }
  | { readonly kind: 'skipped'; readonly reason: string };

export function skipped(reason: string): Outcome {
  return { kind: 'skipped', reason };
}

/** Runs `work`; what it throws is the outcome, too. */
export async function outcomeOf(work: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return { kind: 'error', error };
  }
}

/** Undefined when the outcome is what the case expects, else what differs. Texts of errors are not compared, unless as `exactError`. */
export function difference(outcome: Outcome, expect: Fields): { readonly want: string; readonly got: string } | undefined {
  const [want, got] = [shownExpectation(expect), shownOutcome(outcome)];
  return isExpected(outcome, expect) ? undefined : { want, got };
}

function isExpected(outcome: Outcome, expect: Fields): boolean {
  switch (outcome.kind) {
    case 'value':
      return 'value' in expect && bytesOf(expect['value']).equals(outcome.value);
    case 'map':
      return 'map' in expect && isSameMap(outcome.map, fields(expect['map']));
    case 'error':
      return isExpectedError(outcome.error, expect);
    case 'facts':
      return Object.entries(expect).every(([name, wanted]) => isDeepStrictEqual(plain(wanted), plain(outcome.facts[name])));
    case 'skipped':
      return true;
  }
}

function isSameMap(got: ReadonlyMap<string, Uint8Array>, want: Fields): boolean {
  const wanted = Object.entries(want);
  return (
    wanted.length === got.size && wanted.every(([key, value]) => bytesOf(value).equals(got.get(key) ?? Buffer.from('\0absent')))
  );
}

/** `NoSecret` is the error that deletionPolicy softens; every other one must not be. What isn't an error of ours is a bug. */
function isExpectedError(error: unknown, expect: Fields): boolean {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return false;
  if ('exactError' in expect) return error.message === expect['exactError'];
  if (!('error' in expect)) return false;
  return isNoSecret(error) === (expect['error'] === 'NoSecret');
}

function isNoSecret(error: unknown): boolean {
  return error instanceof AgentError ? error.code === 'SECRET_MISSING' : error instanceof Error && error.name === 'NoSecret';
}

function shownOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'value':
      return JSON.stringify({ value: shownBytes(outcome.value) });
    case 'map':
      return JSON.stringify({ map: Object.fromEntries([...outcome.map].map(([key, value]) => [key, shownBytes(value)])) });
    case 'error':
      return `error ${isNoSecret(outcome.error) ? '(NoSecret) ' : ''}${String(outcome.error)}`;
    case 'facts':
      return JSON.stringify(outcome.facts, withBigInt);
    case 'skipped':
      return `skipped: ${outcome.reason}`;
  }
}

function shownExpectation(expect: Fields): string {
  return JSON.stringify(expect, withBigInt);
}

function withBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function shownBytes(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { b64: Buffer.from(bytes).toString('base64') };
}
