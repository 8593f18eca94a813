/** Work on a tree that may be deeper than our stack: it yields the work on a part, and gets the result of that. */
export type Deep<Result> = Generator<Deep<Result>, Result, Result>;

export function finish<Result>(whole: Deep<Result>): Result {
  const open = [whole];
  for (let step = whole.next(); ; ) {
    if (!step.done) {
      open.push(step.value);
      step = step.value.next();
      continue;
    }
    open.pop();
    const around = open.at(-1);
    if (around === undefined) return step.value;
    step = around.next(step.value);
  }
}
