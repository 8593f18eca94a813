/** What functions need of the world besides their arguments. */
export interface FunctionWorld {
  /** `now`, in ms since the epoch. */
  readonly now: () => number;
  /** The source of everything random; a template that runs again with the same input gets the same bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** To be asked before something is made that could be large for small arguments: bytes of text, or elements. Throws LimitExceeded. */
  readonly room: (size: number) => void;
  /** To be told of work that grows faster than its input, one step for each thing looked at. Throws LimitExceeded. */
  readonly spend: (steps: number) => void;
}
