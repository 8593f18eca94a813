import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Input } from './aws-double-wire.ts';

/** What goes wrong instead of, or with, an answer. */
export type Trouble =
  /** An error as AWS writes it. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly afterMs?: number;
    }
  /** Any status with any body: a proxy's error page, garbage. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset before a byte is answered. */
  | { readonly kind: 'reset' }
  /** No answer at all. */
  | { readonly kind: 'hang' }
  /** The right answer, late. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The right answer, one byte at a time with `ms` between. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Half of the right answer, then the connection ends. */
  | { readonly kind: 'truncated' }
  /** An answer of this many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** These ids are left out of a batch without a word. */
  | { readonly kind: 'omit'; readonly ids: readonly string[] }
  /** BatchGetSecretValue: these ids fail with this code. */
  | { readonly kind: 'entryErrors'; readonly errors: Readonly<Record<string, string>> }
  /** A page without items that promises more: the next call gets what this one should have. */
  | { readonly kind: 'emptyPage' };

export interface FaultRule {
  /** Such as `GetSecretValue`; every operation when absent. */
  readonly operation?: string;
  /** Looks into the request. */
  readonly where?: (input: Input) => boolean;
  /** How many requests it hits; once unless given. Infinity: a storm. */
  readonly times?: number;
  readonly trouble: Trouble;
}

export interface Fault {
  /** How many requests it has hit. */
  readonly hits: () => number;
  readonly end: () => void;
}

export function faults() {
  const rules = new Set<{ readonly rule: FaultRule; hits: number }>();
  return {
    add(rule: FaultRule): Fault {
      const entry = { rule, hits: 0 };
      rules.add(entry);
      return { hits: () => entry.hits, end: () => rules.delete(entry) };
    },
    endAll: () => rules.clear(),
    /** What hits this request, if anything does. */
    next(operation: string, input: Input): Trouble | undefined {
      for (const entry of rules) {
        const { rule } = entry;
        const isMatch = (rule.operation ?? operation) === operation && (rule.where?.(input) ?? true);
        if (!isMatch || entry.hits >= (rule.times ?? 1)) continue;
        entry.hits += 1;
        return rule.trouble;
      }
      return undefined;
    },
  };
}

/** Sends `body` as the trouble has it. */
export async function sendWith(trouble: Trouble | undefined, response: ServerResponse, body: Buffer): Promise<void> {
  switch (trouble?.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'error':
      await delay(trouble.afterMs ?? 0);
      break;
    case 'late':
      await delay(trouble.ms);
      break;
    case 'truncated':
      response.setHeader('content-length', body.length);
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
      return;
    case 'oversized':
      response.write('{"SecretString":"');
      for (let left = trouble.bytes; left > 0 && !response.destroyed; left -= 65_536)
        if (!response.write('x'.repeat(Math.min(left, 65_536)))) await drained(response);
      response.end('"}');
      return;
    case 'slow':
      response.setHeader('content-length', body.length);
      for (const byte of body) {
        if (response.destroyed) return;
        response.write(Buffer.from([byte]));
        await delay(trouble.ms);
      }
      response.end();
      return;
    default:
  }
  response.end(body);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

/** The answer without what the trouble takes from it. */
export function bent(trouble: Trouble | undefined, output: Input, input: Input): Input {
  switch (trouble?.kind) {
    case 'omit':
      return without(output, trouble.ids);
    case 'entryErrors': {
      const errors = Object.entries(trouble.errors).map(([SecretId, ErrorCode]) => ({ SecretId, ErrorCode, Message: ErrorCode }));
      const rest = without(output, Object.keys(trouble.errors));
      return { ...rest, Errors: [...(Array.isArray(rest['Errors']) ? rest['Errors'] : []), ...errors] };
    }
    case 'emptyPage': {
      const lists = Object.entries(output).filter(([, value]) => Array.isArray(value));
      return { ...Object.fromEntries(lists.map(([name]) => [name, []])), NextToken: input['NextToken'] ?? 'page-0' };
    }
    default:
      return output;
  }
}

function without(output: Input, ids: readonly string[]): Input {
  const keep = (value: unknown): boolean => {
    const { Name, ARN, SecretId } = Object(value);
    return ![Name, ARN, SecretId, value].some((each) => ids.includes(each));
  };
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [name, Array.isArray(value) ? value.filter(keep) : value]),
  );
}
