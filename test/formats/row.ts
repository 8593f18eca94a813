import type fc from 'fast-check';

/** What a file holds, by name: the entries that went in, or what a reader found. */
export type Fields = Readonly<Record<string, string>>;

/** A program or library, not of ours, that reads the format: what it finds is the proof. */
export interface Reader {
  /** As the header of the format has it in `Read by`. */
  readonly name: string;
  /** `npm test` has Node and a Linux; `test:servers` also what Debian, Go, Python's and Java's registries give. */
  readonly runs: 'npm test' | 'test:servers';
  /** How many files it gets, where each takes long to make or to read; all unless given. */
  readonly texts?: number;
  /** Why it can't be had here; undefined: it can. */
  readonly missing?: () => string | undefined;
  /** What it finds in each file, for all files by few starts of the program. Rejects where it can't read one. */
  readonly read: (files: readonly WrittenFile[]) => Promise<readonly Fields[]> | readonly Fields[];
}

export interface WrittenFile {
  readonly path: string;
  /** What went in: for a reader that must know what to ask for. */
  readonly fields: Fields;
}

/** What goes into one value. */
export interface ValueRule {
  /** Texts to try; the nasty ones unless given. */
  readonly from?: fc.Arbitrary<string>;
  /** Whether the format can hold this text: then a reader must find it; else the format must refuse it. All texts unless given. */
  readonly holds?: (text: string) => boolean;
}

/** A format, what it can hold, and who proves it. */
export interface Row {
  readonly format: string;
  /** Of formats that need `all entries`: what their keys may be. Of others: the values that they need; one that is left out is not given. */
  readonly values:
    | ({ readonly kind: 'all'; readonly keys: 'variables' | 'any' | fc.Arbitrary<string> } & ValueRule)
    | { readonly kind: 'needs'; readonly fields: Readonly<Record<string, ValueRule>> };
  /** `with` of the file: its options. */
  readonly options?: Fields;
  /** What a reader should find, where that isn't what went in. */
  readonly finds?: (fields: Fields) => Fields;
  readonly readers: readonly Reader[];
}
