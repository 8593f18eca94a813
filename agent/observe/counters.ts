import type { Sample } from './exposition.ts';

export type Labels = Readonly<Record<string, string>>;

/** Numbers that only grow, one a set of labels. */
export interface Counter {
  readonly add: (labels: Labels, amount?: number) => void;
  readonly get: (labels: Labels) => number;
  readonly samples: () => readonly Sample[];
}

/** How often something took how long, one a set of labels. */
export interface Histogram {
  readonly observe: (labels: Labels, value: number) => void;
  readonly samples: () => readonly Sample[];
}

export function counter(): Counter {
  const series = new Map<string, { readonly labels: Labels; value: number }>();
  return {
    add: (labels, amount = 1) => {
      const one = held(series, labels, () => ({ labels, value: 0 }));
      one.value += amount;
    },
    get: (labels) => series.get(keyOf(labels))?.value ?? 0,
    samples: () => [...series.values()],
  };
}

/** `bounds` ascend; what is above the last one counts as `+Inf`. */
export function histogram(bounds: readonly number[]): Histogram {
  const series = new Map<string, Distribution>();
  return {
    observe: (labels, value) => {
      const one = held(series, labels, () => ({ labels, counts: bounds.map(() => 0), count: 0, sum: 0 }));
      const bucket = bounds.findIndex((bound) => value <= bound);
      if (bucket >= 0) one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
      one.count += 1;
      one.sum += value;
    },
    samples: () => [...series.values()].flatMap((one) => distributionSamples(one, bounds)),
  };
}

interface Distribution {
  readonly labels: Labels;
  /** One a bound, not yet summed up. */
  readonly counts: number[];
  count: number;
  sum: number;
}

function distributionSamples({ labels, counts, count, sum }: Distribution, bounds: readonly number[]): readonly Sample[] {
  let upTo = 0;
  const buckets = bounds.map((bound, i): Sample => {
    upTo += counts[i] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: upTo };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}

function held<T>(series: Map<string, T>, labels: Labels, fresh: () => T): T {
  const key = keyOf(labels);
  const known = series.get(key) ?? fresh();
  series.set(key, known);
  return known;
}

/** Callers give labels of one metric always in the same order. */
function keyOf(labels: Labels): string {
  return JSON.stringify(Object.values(labels));
}
