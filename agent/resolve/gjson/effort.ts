/** A path asked for more work than a property read may take. */
export class EffortExceeded extends Error {
  override readonly name = 'EffortExceeded';
}

/** Characters looked at: a second or two of work, and far more than any honest path needs on a large secret. */
const mostCharacters = 60_000_000;
/** Components, pipes, queries and levels of a modifier that may be inside one another. */
const deepest = 400;

/** Bounds one read, so that no document and no path can hang the agent or overflow its stack. */
export class Effort {
  #left = mostCharacters;
  #depth = 0;

  /** Accounts for looking at so many characters. */
  spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw new EffortExceeded('takes too much work');
  }

  /** Goes a level down; `leave` comes back. What throws in between ends the whole read. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > deepest) throw new EffortExceeded(`nests deeper than ${deepest} levels`);
  }

  leave(): void {
    this.#depth -= 1;
  }
}
