import { parseGoDuration } from './go-duration.ts';
import { object, optional, required, withDefault } from './object-shape.ts';
import { list, oneOf, record, refine, type Shape, string } from './shape.ts';
import type { LabelSelector } from './store-conditions.ts';

/** Names of objects: DNS-1123 subdomains. */
export const objectName = string({
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  allowed: 'lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit',
  minLength: 1,
  maxLength: 253,
});

/** Names of namespaces: DNS-1123 labels. */
export const namespaceName = string({
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  allowed: 'lower-case letters, digits and "-", beginning and ending with a letter or digit',
  minLength: 1,
  maxLength: 63,
});

/** Keys of Secrets and ConfigMaps. */
export const dataKey = string({
  pattern: /^[-._a-zA-Z0-9]+$/,
  allowed: 'letters, digits, "-", "_" and "."',
  minLength: 1,
  maxLength: 253,
});

export interface DurationValue {
  /** As written, for status. */
  readonly text: string;
  /** Whole milliseconds. What is longer than 0 is at least 1. */
  readonly ms: number;
}

/** A Go duration: `90s`, `1h30m`. Days are not among its units. */
export const goDuration: Shape<DurationValue> = {
  ...refine(string(), (text) => {
    const parsed = parseGoDuration(text);
    if ('wrong' in parsed) return { wrong: `${parsed.wrong}; allowed: numbers with the units h, m, s, ms, such as 1h30m` };
    const ms = Number(parsed.ns / 1_000_000n);
    return { value: { text, ms: ms === 0 && parsed.ns > 0n ? 1 : ms } };
  }),
  schema: {
    type: 'string',
    pattern: '^[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$',
    description: 'A duration such as 90s or 1h30m.',
  },
};

/** A duration that can't be negative, in milliseconds. */
export const waitMs: Shape<number> = refine(goDuration, ({ ms, text }) =>
  ms < 0 || text.startsWith('-') ? { wrong: 'must not be negative' } : { value: ms },
);

/** metav1.LabelSelector. */
export const labelSelector: Shape<LabelSelector> = object({
  matchLabels: optional(record(string())),
  matchExpressions: optional(
    list(
      object({
        key: required(string({ minLength: 1 })),
        operator: required(oneOf('In', 'NotIn', 'Exists', 'DoesNotExist')),
        values: withDefault(list(string()), []),
      }),
    ),
  ),
});
