/** Where in the source: `line` from 1, `column` from 0 in bytes, as Go counts. Of errors of parsing Go tells only the line. */
export interface TemplatePlace {
  readonly line: number;
  readonly column: number;
}

/**
 * A template that can't be parsed, or failed when it ran. `message` is Go's, byte for byte, as a Go string (`latin1`); it may show
 * a value. `reason` is what may be shown to an operator: without the place, and without values.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly place: TemplatePlace;
  readonly reason: string;

  constructor(message: string, place: TemplatePlace, reason: string) {
    super(message);
    this.place = place;
    this.reason = reason;
  }
}
