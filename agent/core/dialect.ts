/** How one kind of store reads `property` and `extract` (reference: eso.md 2.2 and gotemplate.md 16.1). Pure data, used by resolve. */
export interface PropertyDialect {
  /**
   * `literal-first`: the whole property as one key, then as a gjson path; `path-first`: the reverse; `path-only`: gjson alone;
   * `exact-first`: exact key of the decoded top-level object, then gjson; `exact-only`: that key alone.
   */
  readonly order: 'literal-first' | 'path-first' | 'path-only' | 'exact-first' | 'exact-only';
  /** `raw`: members of an extract keep their source text; `float`: numbers go through float64, nested values are re-serialised. */
  readonly numbers: 'raw' | 'float';
  /** `error` for most; `missing` where an absent property counts as an absent object. */
  readonly missingProperty: 'error' | 'missing';
  /** `convert-first`: find converts keys by conversionStrategy before any rewrite sees them. */
  readonly findKeys: 'as-listed' | 'convert-first';
  /** `required`: the payload must be valid JSON before a property is read. */
  readonly json: 'lenient' | 'required';
}
