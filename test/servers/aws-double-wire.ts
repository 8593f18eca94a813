/** What the parts of the double share: an error as AWS words it, and a caller. */
export class AwsFailure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Who sent a request, and how its permissions are asked for. */
export interface Caller {
  /** The ARN of its user or session. */
  readonly arn: string;
  /** Throws AccessDeniedException unless allowed; `resource` is what the request named. */
  readonly mustBeAllowed: (action: string, resource: string) => void;
}

export type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input, caller: Caller) => Input;

export const account = '123456789012';

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** One page of a list, with tokens that say where the next begins. */
export function page<T>(all: readonly T[], input: Input, size: number): { readonly items: readonly T[]; readonly next: Input } {
  const token = text(input['NextToken']);
  const start = token === '' ? 0 : Number(token.replace(/^page-/, ''));
  if (!Number.isInteger(start) || (token !== '' && !token.startsWith('page-')))
    throw new AwsFailure('InvalidNextTokenException', 'The NextToken value is invalid.');
  const asked = typeof input['MaxResults'] === 'number' ? Math.min(input['MaxResults'], size) : size;
  const end = start + asked;
  return { items: all.slice(start, end), next: end < all.length ? { NextToken: `page-${end}` } : {} };
}
