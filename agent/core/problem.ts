/** Where something stands: lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing to say about the spec. Errors refuse it; warnings and notes are shown by `check` (warnings in the log, too). */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'note';
  readonly place?: Place;
  /** Such as `ExternalSecret db: spec.data[0].remoteRef.key`. */
  readonly path: string;
  /** What is wrong; what is allowed; did you mean. */
  readonly message: string;
  /** Known, and not there yet: only a warning in an object that nothing uses. */
  readonly later?: true;
}

/** `file:line:column: path: message`, with severity in front of what isn't an error. */
export function problemText(problem: Problem): string {
  const place = problem.place ? `${problem.place.file}:${problem.place.line}:${problem.place.column}: ` : '';
  const severity = problem.severity === 'error' ? '' : `${problem.severity}: `;
  return `${place}${severity}${problem.path}: ${problem.message}`;
}

/** `; did you mean "b"?` when one of the names is near enough to be a slip of the finger, else ''. */
export function didYouMean(name: string, names: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** Levenshtein; what is sure to reach `limit` is not counted further. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
