/** Runs work, at most `count` pieces at once; the others wait their turn in order. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

export function slots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
