/** What all calls of one store may spend on retries together, so that a store in trouble isn't asked three times as much. */
export interface RetryBudget {
  /** True, and paid for, if one more retry is allowed. */
  readonly take: () => boolean;
  /** A call went well. */
  readonly give: () => void;
}

const capacity = 100;
const retryCost = 5;

export function retryBudget(): RetryBudget {
  let tokens = capacity;
  return {
    take() {
      if (tokens < retryCost) return false;
      tokens -= retryCost;
      return true;
    },
    give() {
      tokens = Math.min(capacity, tokens + 1);
    },
  };
}
