/** A compiled regular expression with the semantics of Go's `regexp` (RE2): what manifests are written for. */
export interface GoRegexp {
  readonly source: string;
  /** Unanchored search. */
  readonly matches: (text: string) => boolean;
  /** Go's ReplaceAllString: every match, with `$1`, `${1}`, `$name`, `${name}`, `$$` expanded. */
  readonly replaceAll: (text: string, template: string) => string;
}

/** Throws a plain Error with Go's text (`error parsing regexp: ...`) when the source is not RE2. */
export type RegexpCompiler = (source: string) => GoRegexp;
