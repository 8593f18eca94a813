import type { SecretValue } from './secret-value.ts';

/** One file of a generation, before it is written. */
export interface RenderedFile {
  /** Below the delivery's directory, `/` between segments; each segment `[-._a-zA-Z0-9]+`, none begins with `..`. */
  readonly path: string;
  readonly value: SecretValue;
  /** Permission bits, such as 0o440. */
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}
