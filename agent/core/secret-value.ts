/** Bytes that only `reveal` gives out: a #private field stays out of logs, JSON, template strings and inspect. */
export class SecretValue {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** UTF-8 text as a secret. */
  static ofText(text: string): SecretValue {
    return new SecretValue(Buffer.from(text, 'utf8'));
  }

  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** True when both hold the same bytes. */
  equals(other: SecretValue): boolean {
    return Buffer.compare(this.#bytes, other.#bytes) === 0;
  }

  /** In bytes. */
  get length(): number {
    return this.#bytes.byteLength;
  }
}

/** What resolving an external secret gives: key -> bytes, as External Secrets Operator would put them into a Secret's data. */
export type Entries = ReadonlyMap<string, SecretValue>;
